-- The rows of the sample. Every value follows from its number, none from a clock or from chance:
-- two builds hold the same rows. All names are invented, the telephone numbers and mail domains
-- are those set aside for fiction and documentation.

create function pg_temp.id(kind text, number integer) returns uuid
language sql immutable
as $$
    select overlay(overlay(md5(kind || number) placing '4' from 13) placing '8' from 17)::uuid
$$;

create function pg_temp.pick(choices text[], number integer) returns text
language sql immutable
as $$
    select choices[1 + number % cardinality(choices)]
$$;

create function pg_temp.person(number integer) returns text
language sql immutable
as $$
    select
        pg_temp.pick(
            array['Ada', 'Bela', 'Corin', 'Dunya', 'Eskil', 'Fenna', 'Goran', 'Hedda', 'Ivo',
                'Juna', 'Kasimir', 'Lorna', 'Mirko', 'Nuala', 'Odo', 'Petra', 'Quim', 'Runa',
                'Silvan', 'Tova', 'Ulf', 'Vesna', 'Wim', 'Xenia', 'Yorick'],
            number
        ) || ' ' || pg_temp.pick(
            array['Ashgrovel', 'Brindlewick', 'Cobblemoor', 'Dapplethorn', 'Emberlough',
                'Fernhollow', 'Gullsmeadow', 'Harrowfinch', 'Inkpenny', 'Juniperson',
                'Kettlemarsh', 'Larkspindle', 'Mistlethwait', 'Nettlecombe', 'Oakenshawl',
                'Pebblecroft', 'Quillfeather', 'Rushwhistle', 'Saltmarrow', 'Thistlebank',
                'Umberfield', 'Vetchley', 'Willowmere', 'Yarrowgate'],
            number / 25 + number
        )
$$;

create function pg_temp.phone(number integer) returns text
language sql immutable
as $$
    select '+1' || 202 + number / 100 || '55501' || lpad((number % 100)::text, 2, '0')
$$;

-- One call, word by word. {agent}, {caller}, {organization}, {day} and {hour} are filled in.
create temporary table script (number integer, topic text, words text);

insert into script values
(0, 'booking', $$agent: Thank you for calling {organization}, you are speaking with {agent}. How can I help you today?
caller: Hello, this is {caller}. I would like to come in for a check-up, if you still have something free.
agent: With pleasure, {caller}. Let me look at the calendar. Do mornings or afternoons suit you better?
caller: Afternoons, please, but not before the children are home from school on that day.
agent: I have {day} at {hour} or the day after at the same time. Which of the two shall I hold for you?
caller: The first one sounds good. How long will it take, and is there anything that I should bring?
agent: Plan for about forty minutes, please, and bring your insurance card and a list of your medicines.
caller: That I can do. Will somebody remind me? I am known to forget these things, as you may have noted.
agent: You will get a text message the day before, and you can answer it if something comes up.
caller: Wonderful, thank you very much for your patience.
agent: You are booked for {day} at {hour}. Thank you, {caller}, and goodbye from {organization}.$$),
(1, 'rescheduling', $$agent: Good day, this is {agent} at {organization}. What can I do for you?
caller: It is {caller}. I have an appointment with you this week, and I am afraid that I cannot keep it.
agent: That is no trouble at all. May I have your booking number, or the telephone number that you gave us?
caller: It is the number I am calling from. The appointment was made by my sister some weeks ago.
agent: I have found it. Would {day} at {hour} be possible instead, or would you rather come next month?
caller: Let me see. On {day} I work until late, but I could leave a little earlier for once.
agent: I can also offer you a place on the waiting list, in case that an earlier time becomes free.
caller: No, let us settle it now, or I will put it off for ever. I take {day} at {hour}.
agent: Done. Your old appointment is cancelled, and the new one is confirmed for {day} at {hour}.
caller: You have been very kind. Could you send me that in writing, please?
agent: The message is on its way to you now. Have a pleasant day, {caller}.$$),
(2, 'opening hours', $$agent: {organization}, {agent} speaking. This call is recorded so that we can help you better.
caller: Hello. I only want to know how long you are open on {day}, I could not find it anywhere.
agent: On {day} we are open from eight in the morning, and the last appointment begins at {hour}.
caller: And do I need an appointment to pick up a prescription, or may I simply come by?
agent: For a prescription you may come by at any time. The desk on the ground floor will have it ready.
caller: Is there somewhere to leave a car? The last time I went round the block three times.
agent: There are six places behind the house that are ours, and the garage in the next street is never full.
caller: Good to know. One more question: do you close over the holidays at the end of the year?
agent: We are closed for two days only, and there is always somebody on this line for urgent matters.
caller: Then I know all that I wanted to know. Thank you.
agent: Thank you for calling, {caller}. Goodbye.$$),
(3, 'cancelling', $$agent: Hello and welcome to {organization}, my name is {agent}. How may I help?
caller: This is {caller}. I have to cancel my appointment on {day}, something came up at work.
agent: I am sorry to hear that. I see you on {day} at {hour}. Shall I cancel it, or move it?
caller: Cancel it, please. I do not know yet when I will be back in town, it may be weeks.
agent: It is cancelled, and as you called in good time there is nothing to pay for it.
caller: That is a relief. The last place I went to was a good deal less friendly about such things.
agent: We are glad to hear that you like it better here. Shall we call you in a month to find a new time?
caller: Yes, do that, but not before nine in the morning, if that can be arranged somehow.
agent: I have made a note of it: a call in four weeks, after nine, at this number.
caller: Thank you, {agent}. You are a good deal quicker than I am in the morning.
agent: Safe travels, {caller}, and goodbye from all of us at {organization}.$$),
(4, 'message', $$agent: You have reached {organization}. I am {agent}, and I can take a message or book a time for you.
caller: I need to speak with a person, please. It is about the invoice that came on {day}.
agent: I understand. Everybody at the desk is on another call, but they can call you back by {hour} today.
caller: It says that two visits are to be paid, and I was there only once, {caller} is the name.
agent: Thank you, {caller}. I will pass on that the invoice counts two visits and that you had one.
caller: Exactly. I have the letter here, if you need the number of it or the date or anything else.
agent: The number would help, it is printed in the upper right corner below our address.
caller: It is a long one. Can I send you a picture of it? That would be easier for both of us.
agent: Of course. You will get a text message with a link in a moment, and the picture can be sent there.
caller: I see it. There, that should have reached you. Please make sure that somebody looks at it.
agent: It has arrived, and it is attached to your message. We will call you by {hour}. Goodbye, {caller}.$$);

-- tenants and their people

insert into public.organizations (id, name, slug, time_zone, plan, created_at, updated_at)
select
    pg_temp.id('organization', i),
    place || ' ' || trade,
    lower(replace(place || ' ' || trade, ' ', '-')),
    pg_temp.pick(array['America/New_York', 'America/Chicago', 'America/Denver'], i),
    pg_temp.pick(array['starter', 'clinic', 'clinic', 'group'], i),
    timestamptz '2026-01-05 09:00+00' + i * interval '2 days',
    timestamptz '2026-10-05 09:00+00' + i * interval '1 day'
from generate_series(0, 23) as i,
    lateral (
        select
            pg_temp.pick(array['Copper Vale', 'Heron Point', 'Juniper Row', 'Lantern Hill',
                'Millrace', 'Otter Bend', 'Saffron Square', 'Tidewater'], i) as place,
            pg_temp.pick(array['Dental', 'Physiotherapy', 'Skin Clinic'], i) as trade
    ) as names;

insert into auth.users (id, email, raw_user_meta_data, created_at)
select
    pg_temp.id('user', i),
    'user' || i || '@org' || i / 3 || '.example.com',
    jsonb_build_object('full_name', pg_temp.person(i + 700)),
    timestamptz '2026-01-05 10:00+00' + i * interval '16 hours'
from generate_series(0, 71) as i;

insert into public.profiles (id, organization_id, full_name, role, created_at, updated_at)
select
    pg_temp.id('user', i),
    pg_temp.id('organization', i / 3),
    pg_temp.person(i + 700),
    pg_temp.pick(array['owner', 'admin', 'member'], i),
    timestamptz '2026-01-05 10:05+00' + i * interval '16 hours',
    timestamptz '2026-01-05 10:05+00' + i * interval '16 hours'
from generate_series(0, 71) as i;

insert into public.agents (
    id, organization_id, name, voice, system_prompt, settings, active, created_at, updated_at
)
select
    pg_temp.id('agent', i),
    pg_temp.id('organization', i / 2),
    pg_temp.pick(array['Robin', 'Marlowe'], i),
    pg_temp.pick(array['warm-1', 'clear-2', 'calm-3'], i),
    'You answer the telephone of ' || o.name || '. Be brief and kind. Never give medical advice. '
        || 'Offer a time from the calendar, repeat it, and book it only when the caller agreed.',
    jsonb_build_object('language', 'en-US', 'speed', 1.0, 'silence_seconds', 8 + i % 5),
    true,
    timestamptz '2026-01-06 09:00+00' + i * interval '1 day',
    timestamptz '2026-09-06 09:00+00' + i * interval '1 day'
from generate_series(0, 47) as i
join public.organizations as o on o.id = pg_temp.id('organization', i / 2)
order by i;

insert into public.contacts (
    id, organization_id, full_name, phone, email, notes, created_at, updated_at
)
select
    pg_temp.id('contact', i),
    pg_temp.id('organization', i / 25),
    pg_temp.person(i),
    pg_temp.phone(i),
    case when i % 4 <> 0 then 'contact' || i || '@mail.example.com' end,
    case when i % 6 = 0 then 'Prefers to be called in the afternoon.' end,
    timestamptz '2026-02-01 12:00+00' + i * interval '5 hours',
    timestamptz '2026-02-01 12:00+00' + i * interval '5 hours'
from generate_series(0, 599) as i;

-- what the agents did: 50 appointments and 100 calls for each tenant

insert into public.appointments (
    id, organization_id, agent_id, contact_id, status, starts_at, ends_at, notes, created_at,
    updated_at
)
select
    pg_temp.id('appointment', i),
    pg_temp.id('organization', i / 50),
    pg_temp.id('agent', i / 50 * 2 + i % 2),
    pg_temp.id('contact', i / 50 * 25 + i % 25),
    pg_temp.pick(
        case
            when i % 50 < 40 then array['completed', 'completed', 'completed', 'cancelled', 'no_show']
            else array['confirmed', 'confirmed', 'pending']
        end,
        i
    )::public.appointment_status,
    starts_at,
    starts_at + interval '40 minutes',
    case when i % 5 = 0 then 'First visit.' end,
    starts_at - interval '9 days',
    starts_at - interval '9 days'
from generate_series(0, 1199) as i,
    lateral (
        select timestamptz '2026-10-26 14:00+00'
            + (i % 50 / 2 / 5) * interval '7 days' + (i % 50 / 2 % 5) * interval '1 hour'
            as starts_at
    ) as slot
order by i;

insert into public.call_logs (
    organization_id, agent_id, contact_id, direction, started_at, duration_seconds, cost_usd,
    transcript, analysis
)
select
    o.id,
    a.id,
    c.id,
    pg_temp.pick(array['inbound', 'inbound', 'inbound', 'outbound'], i / 24),
    timestamptz '2026-05-01 08:00+00' + i * interval '2 hours 2 minutes',
    95 + i * 37 % 180,
    round((95 + i * 37 % 180) * 0.0012, 4),
    replace(replace(replace(replace(replace(
        s.words,
        '{agent}', a.name),
        '{caller}', coalesce(c.full_name, 'a new patient')),
        '{organization}', o.name),
        '{day}', pg_temp.pick(array['Monday', 'Tuesday', 'Wednesday', 'Thursday'], i / 24)),
        '{hour}', pg_temp.pick(array['two', 'half past two', 'three', 'half past four'], i / 7)),
    jsonb_build_object(
        'topic', s.topic,
        'sentiment', pg_temp.pick(array['positive', 'neutral', 'positive', 'negative'], i / 5)
    )
from generate_series(0, 2399) as i
join public.organizations as o on o.id = pg_temp.id('organization', i % 24)
join public.agents as a on a.id = pg_temp.id('agent', i % 24 * 2 + i / 24 % 2)
join script as s on s.number = i / 24 % 5
left join public.contacts as c
    on c.id = pg_temp.id('contact', i % 24 * 25 + i / 24 % 25) and i % 17 <> 0
order by i;

-- Twelve pieces for each tenant. An embedding repeats 32 coordinates, or the archive would be
-- mostly digits.
insert into public.knowledge_base_chunks (
    organization_id, source, position, content, embedding, created_at
)
select
    o.id,
    pg_temp.pick(array['prices.md', 'first-visit.md', 'insurance.md'], i / 24),
    i / 24 / 3,
    pg_temp.pick(
        array[
            'A first visit at {} takes forty minutes. Bring your insurance card, a list of your '
            'medicines and, if you have any, pictures that were taken elsewhere in the last year.',
            'Whoever cancels at {} less than a day ahead pays half of the visit. Nobody is asked '
            'to pay when the reason is an illness, a strike or the weather.',
            '{} settles with most insurances directly. Where that is not possible you get an '
            'invoice by mail, and a form that your insurance will accept.',
            'Children are welcome at {}. There is a corner with books, and on Wednesdays somebody '
            'who reads from them.'
        ],
        i / 24
    ),
    (
        select array_agg(
            (get_byte(hash, coordinate % 16) / case when coordinate % 32 < 16 then 16 else 1 end
                % 16 - 7.5) / 8
            order by coordinate
        )
        from generate_series(0, 1535) as coordinate
    )::real[]::extensions.vector,
    timestamptz '2026-03-01 09:00+00' + i * interval '3 hours'
from generate_series(0, 287) as i
join public.organizations as o on o.id = pg_temp.id('organization', i % 24),
    lateral (select decode(md5('embedding' || i), 'hex') as hash) as seed
order by i;

update public.knowledge_base_chunks as k
set content = replace(k.content, '{}', o.name)
from public.organizations as o
where o.id = k.organization_id;

insert into public.webhook_logs (organization_id, event, payload, received_at)
select
    pg_temp.id('organization', i % 24),
    pg_temp.pick(array['call.started', 'call.ended', 'message.delivered'], i),
    jsonb_build_object('call', 4200 + i, 'attempt', 1 + i % 2),
    timestamptz '2026-10-20 08:00+00' + i * interval '1 hour'
from generate_series(0, 599) as i;
