"""Backups of other servers: another major version, a whole cluster, a Supabase project."""

from __future__ import annotations

from selftests.damage.healthy_variant import Variant

ORIGINS: tuple[Variant, ...] = ()
