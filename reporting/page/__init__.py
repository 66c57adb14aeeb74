"""The page: months of verifications at a glance, in files that open from disk and load nothing."""

from reporting.page.pages import PageNotWritten, write_page, write_site

__all__ = ["PageNotWritten", "write_page", "write_site"]
