-- What a replica had not yet got when it was dumped.

-- newest rows missing
--   how: taken from a replica that lags
--   noticed by: test_newest_data_recent
--   without a reference: test_newest_data_recent
DELETE FROM public.visits WHERE created_at > now() - interval '13 hours';

-- the last rows missing
--   how: taken from a replica that lags a little
--   noticed by: test_contents_match
--   without a reference: nothing
DELETE FROM public.visits WHERE created_at > now() - interval '3 hours';

-- an old state of one row
--   how: taken from a replica that lags
--   noticed by: test_contents_match
--   without a reference: nothing
UPDATE clinic.invoices SET paid = true WHERE number = 1295;
