"""Three rules that others have published, each with the numbers of its own documentation.

They judge both directions, as published; none of them judges before it has seven earlier values.
"""

from __future__ import annotations

import statistics
from datetime import datetime

from selftests.judging.simulated_year.scoring import Earlier

LEAST = 7
WITHIN_SHARE = 0.2
DAYS, DEVIATIONS = 14, 3.0
FACTOR = 2.0


def fixed_percentage(earlier: Earlier, _: datetime, value: float) -> bool:
    """More than 20 % away from the mean of the last seven: Soda's `change avg last 7 percent for row_count`
    (https://docs.soda.io, numeric metrics, "change over time")."""
    if len(earlier) < LEAST:
        return False
    mean = statistics.fmean(rows for _, rows in earlier[-7:])
    return abs(value - mean) > WITHIN_SHARE * mean


def z_score(earlier: Earlier, now: datetime, value: float) -> bool:
    """More than three standard deviations from the mean of 14 days: Elementary's `volume_anomalies` with
    its defaults (https://docs.elementary-data.com, training_period and anomaly_sensitivity).
    """
    rows = [rows for moment, rows in earlier[-DAYS:] if (now - moment).days <= DAYS]
    if len(rows) < LEAST:
        return False
    return abs(value - statistics.fmean(rows)) > DEVIATIONS * statistics.stdev(rows)


def last_value(earlier: Earlier, _: datetime, value: float) -> bool:
    """Halved or doubled since the last run: Deequ's `RelativeRateOfChangeStrategy` with the factor of its
    example (https://github.com/awslabs/deequ, anomaly_detection_example.md)."""
    if len(earlier) < LEAST:
        return False
    last = earlier[-1][1]
    return value < last / FACTOR or value > last * FACTOR
