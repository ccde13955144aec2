"""Dates, against what Helm 4.3.1 gave in UTC, and where summer time changes the clock."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator

import pytest

from purehelm.engine.functions import dates
from purehelm.engine.functions.gotime import UTC, Time
from purehelm.engine.govalues import Int64
from tests.engine.functions.calls import fault, shown

# The value as it shows, its Go type, its JSON.
ANSWERS = [
    (
        'dateInZone "xJanuary " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'xFebruary |string|"xFebruary "',
    ),
    (
        'dateInZone "xJan " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'xFeb |string|"xFeb "',
    ),
    (
        'dateInZone "xMonday " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'xThursday |string|"xThursday "',
    ),
    (
        'dateInZone "xMon " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'xThu |string|"xThu "',
    ),
    (
        'dateInZone "xMST " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'xEST |string|"xEST "',
    ),
    (
        'dateInZone "x002 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x039 |string|"x039 "',
    ),
    (
        'dateInZone "x01 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x02 |string|"x02 "',
    ),
    (
        'dateInZone "x02 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x08 |string|"x08 "',
    ),
    (
        'dateInZone "x03 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x04 |string|"x04 "',
    ),
    (
        'dateInZone "x04 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x34 |string|"x34 "',
    ),
    (
        'dateInZone "x05 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x05 |string|"x05 "',
    ),
    (
        'dateInZone "x06 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x24 |string|"x24 "',
    ),
    (
        'dateInZone "x15 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x16 |string|"x16 "',
    ),
    (
        'dateInZone "x1 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x2 |string|"x2 "',
    ),
    (
        'dateInZone "x2006 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x2024 |string|"x2024 "',
    ),
    (
        'dateInZone "x2 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x8 |string|"x8 "',
    ),
    (
        'dateInZone "x__2 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x 39 |string|"x 39 "',
    ),
    (
        'dateInZone "x_2006 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x_2024 |string|"x_2024 "',
    ),
    (
        'dateInZone "x_2 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x 8 |string|"x 8 "',
    ),
    (
        'dateInZone "x3 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x4 |string|"x4 "',
    ),
    (
        'dateInZone "x4 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x34 |string|"x34 "',
    ),
    (
        'dateInZone "x5 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x5 |string|"x5 "',
    ),
    (
        'dateInZone "xPM " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'xPM |string|"xPM "',
    ),
    (
        'dateInZone "xpm " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'xpm |string|"xpm "',
    ),
    (
        'dateInZone "x-07:00:00 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x-05:00:00 |string|"x-05:00:00 "',
    ),
    (
        'dateInZone "x-070000 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x-050000 |string|"x-050000 "',
    ),
    (
        'dateInZone "x-07:00 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x-05:00 |string|"x-05:00 "',
    ),
    (
        'dateInZone "x-0700 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x-0500 |string|"x-0500 "',
    ),
    (
        'dateInZone "x-07 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x-05 |string|"x-05 "',
    ),
    (
        'dateInZone "xZ07:00:00 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x-05:00:00 |string|"x-05:00:00 "',
    ),
    (
        'dateInZone "xZ070000 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x-050000 |string|"x-050000 "',
    ),
    (
        'dateInZone "xZ07:00 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x-05:00 |string|"x-05:00 "',
    ),
    (
        'dateInZone "xZ0700 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x-0500 |string|"x-0500 "',
    ),
    (
        'dateInZone "xZ07 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x-05 |string|"x-05 "',
    ),
    (
        'dateInZone "x.000 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x.123 |string|"x.123 "',
    ),
    (
        'dateInZone "x.999 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x.123 |string|"x.123 "',
    ),
    (
        'dateInZone "x,00 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x,12 |string|"x,12 "',
    ),
    (
        'dateInZone "x.0 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x.1 |string|"x.1 "',
    ),
    (
        'dateInZone "x.9 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x.1 |string|"x.1 "',
    ),
    (
        'dateInZone "x,999999999 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x,123456789 |string|"x,123456789 "',
    ),
    (
        'dateInZone "x.000000000 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x.123456789 |string|"x.123456789 "',
    ),
    (
        'dateInZone "x.0000000000000 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x.123456789 |string|"x.123456789 "',
    ),
    (
        'dateInZone "x.0001 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x.0002 |string|"x.0002 "',
    ),
    (
        'dateInZone "x.99x " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x.12x |string|"x.12x "',
    ),
    (
        'dateInZone "xJanu " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'xJanu |string|"xJanu "',
    ),
    (
        'dateInZone "xMond " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'xMond |string|"xMond "',
    ),
    (
        'dateInZone "x00 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x00 |string|"x00 "',
    ),
    (
        'dateInZone "x0 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x0 |string|"x0 "',
    ),
    (
        'dateInZone "x_ " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x_ |string|"x_ "',
    ),
    (
        'dateInZone "x07 " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'x07 |string|"x07 "',
    ),
    (
        'dateInZone "xé " (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30") "America/New_York"',
        'xé |string|"xé "',
    ),
    ('date "" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")', '|string|""'),
    (
        'date "2006-01-02T15:04:05Z07:00" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        '2024-02-09T03:04:05Z|string|"2024-02-09T03:04:05Z"',
    ),
    (
        'date "Mon Jan _2 15:04:05 2006" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        'Fri Feb  9 03:04:05 2024|string|"Fri Feb  9 03:04:05 2024"',
    ),
    (
        'date "020106150405" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        '090224030405|string|"090224030405"',
    ),
    ('date "2006" "x" | len', "4|int|4"),
    ('date "2006-01-02 15:04:05" 0', '1970-01-01 00:00:00|string|"1970-01-01 00:00:00"'),
    ('date "2006-01-02 15:04:05" (int64 -1)', '1969-12-31 23:59:59|string|"1969-12-31 23:59:59"'),
    ('date "2006" (int64 253402300800)', '10000|string|"10000"'),
    ('date "2006 06" (int64 -62135596801)', '0000 00|string|"0000 00"'),
    ('date "2006 06" (int64 -63000000000)', '-0027 27|string|"-0027 27"'),
    (
        'dateInZone "2006-01-02 15:04:05 -0700 MST" 0 "UTC"',
        '1970-01-01 00:00:00 +0000 UTC|string|"1970-01-01 00:00:00 +0000 UTC"',
    ),
    (
        'dateInZone "2006-01-02 15:04:05 -0700 MST" 0 ""',
        '1970-01-01 00:00:00 +0000 UTC|string|"1970-01-01 00:00:00 +0000 UTC"',
    ),
    (
        'dateInZone "2006-01-02 15:04:05 -0700 MST" 0 "Asia/Kolkata"',
        '1970-01-01 05:30:00 +0530 IST|string|"1970-01-01 05:30:00 +0530 IST"',
    ),
    (
        'dateInZone "2006-01-02 15:04:05 -0700 MST" 0 "Australia/Lord_Howe"',
        '1970-01-01 10:00:00 +1000 AEST|string|"1970-01-01 10:00:00 +1000 AEST"',
    ),
    (
        'dateInZone "2006-01-02 15:04:05 -0700 MST" 0 "No/Where"',
        '1970-01-01 00:00:00 +0000 UTC|string|"1970-01-01 00:00:00 +0000 UTC"',
    ),
    (
        'dateInZone "2006-01-02 15:04:05 -0700 MST" 0 "../UTC"',
        '1970-01-01 00:00:00 +0000 UTC|string|"1970-01-01 00:00:00 +0000 UTC"',
    ),
    (
        'dateInZone "2006-01-02 15:04:05 -0700 MST" 0 "EST"',
        '1969-12-31 19:00:00 -0500 EST|string|"1969-12-31 19:00:00 -0500 EST"',
    ),
    (
        'dateInZone "2006-01-02 15:04:05 -0700 MST" 0 "Etc/GMT-5"',
        '1970-01-01 05:00:00 +0500 +05|string|"1970-01-01 05:00:00 +0500 +05"',
    ),
    (
        'dateInZone "2006-01-02 15:04:05 -0700 MST" 0 "Africa/Monrovia"',
        '1969-12-31 23:15:30 -0044 MMT|string|"1969-12-31 23:15:30 -0044 MMT"',
    ),
    (
        'dateInZone "2006-01-02 15:04:05 -0700 MST" 0 "/etc/passwd"',
        '1970-01-01 00:00:00 +0000 UTC|string|"1970-01-01 00:00:00 +0000 UTC"',
    ),
    ('date_in_zone "2006" 0 "UTC"', '1970|string|"1970"'),
    (
        'htmlDate (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        '2024-02-09|string|"2024-02-09"',
    ),
    (
        'htmlDateInZone (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z") "Pacific/Apia"',
        '2024-02-09|string|"2024-02-09"',
    ),
    ("htmlDate 86400", '1970-01-02|string|"1970-01-02"'),
    (
        'unixEpoch (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        '1707447845|string|"1707447845"',
    ),
    ('unixEpoch (toDate "2006" "1969")', '-31536000|string|"-31536000"'),
    ('unixEpoch (toDate "2006" "x")', '-62135596800|string|"-62135596800"'),
    (
        'dateModify "-1.5h" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        '2024-02-09 01:34:05.123456789 +0000 UTC|time.Time|"2024-02-09T01:34:05.123456789Z"',
    ),
    (
        'dateModify "x" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        '2024-02-09 03:04:05.123456789 +0000 UTC|time.Time|"2024-02-09T03:04:05.123456789Z"',
    ),
    (
        'dateModify "5é" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        '2024-02-09 03:04:05.123456789 +0000 UTC|time.Time|"2024-02-09T03:04:05.123456789Z"',
    ),
    (
        'dateModify "" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        '2024-02-09 03:04:05.123456789 +0000 UTC|time.Time|"2024-02-09T03:04:05.123456789Z"',
    ),
    (
        'date_modify "-1.5h" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        '2024-02-09 01:34:05.123456789 +0000 UTC|time.Time|"2024-02-09T01:34:05.123456789Z"',
    ),
    (
        'date_modify "x" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        '2024-02-09 03:04:05.123456789 +0000 UTC|time.Time|"2024-02-09T03:04:05.123456789Z"',
    ),
    (
        'date_modify "5é" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        '2024-02-09 03:04:05.123456789 +0000 UTC|time.Time|"2024-02-09T03:04:05.123456789Z"',
    ),
    (
        'date_modify "" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        '2024-02-09 03:04:05.123456789 +0000 UTC|time.Time|"2024-02-09T03:04:05.123456789Z"',
    ),
    (
        'mustDateModify "-1.5h" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        '2024-02-09 01:34:05.123456789 +0000 UTC|time.Time|"2024-02-09T01:34:05.123456789Z"',
    ),
    (
        'must_date_modify "-1.5h" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        '2024-02-09 01:34:05.123456789 +0000 UTC|time.Time|"2024-02-09T01:34:05.123456789Z"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-02-29T23:59:59Z"',
        '2024-02-29 23:59:59 +0000 UTC|time.Time|"2024-02-29T23:59:59Z"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-02-29T23:59:59+02:00"',
        '2024-02-29 23:59:59 +0200 +0200|time.Time|"2024-02-29T23:59:59+02:00"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-02-29T23:59:59+00:00"',
        '2024-02-29 23:59:59 +0000 UTC|time.Time|"2024-02-29T23:59:59Z"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-02-29T23:59:59.5Z"',
        '2024-02-29 23:59:59.5 +0000 UTC|time.Time|"2024-02-29T23:59:59.5Z"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-02-29T23:59:59,123456789123Z"',
        '2024-02-29 23:59:59.123456789 +0000 UTC|time.Time|"2024-02-29T23:59:59.123456789Z"',
    ),
    (
        'mustToDate "02 Jan 06 15:04 MST" "04 jul 69 12:30 UTC"',
        '1969-07-04 12:30:00 +0000 UTC|time.Time|"1969-07-04T12:30:00Z"',
    ),
    (
        'mustToDate "02 Jan 06 15:04 MST" "04 Jul 68 12:30 EST"',
        '2068-07-04 12:30:00 +0000 EST|time.Time|"2068-07-04T12:30:00Z"',
    ),
    (
        'mustToDate "02 Jan 06 15:04 MST" "04 Jul 23 12:30 GMT+3"',
        '2023-07-04 15:30:00 +0300 GMT+3|time.Time|"2023-07-04T15:30:00+03:00"',
    ),
    (
        'mustToDate "02 Jan 06 15:04 MST" "04 Jul 23 12:30 +03"',
        '2023-07-04 12:30:00 +0000 +03|time.Time|"2023-07-04T12:30:00Z"',
    ),
    (
        'mustToDate "02 Jan 06 15:04 MST" "04 Jul 23 12:30 CHAST"',
        '2023-07-04 12:30:00 +0000 CHAST|time.Time|"2023-07-04T12:30:00Z"',
    ),
    (
        'mustToDate "02 Jan 06 15:04 MST" "04 Jul 23 12:30 ChST"',
        '2023-07-04 12:30:00 +0000 ChST|time.Time|"2023-07-04T12:30:00Z"',
    ),
    (
        'mustToDate "02 Jan 06 15:04 MST" "04 Jul 23 12:30 WITA"',
        '2023-07-04 12:30:00 +0000 WITA|time.Time|"2023-07-04T12:30:00Z"',
    ),
    (
        'mustToDate "02 Jan 06 15:04 MST" "04  Jul 23 12:30 UTC"',
        '2023-07-04 12:30:00 +0000 UTC|time.Time|"2023-07-04T12:30:00Z"',
    ),
    (
        'mustToDate "Monday, January _2 2006 3:04:05.000 pm -0700" "Tuesday, July  4 2023 1:02:03.456 pm +0530"',
        '2023-07-04 13:02:03.456 +0530 +0530|time.Time|"2023-07-04T13:02:03.456+05:30"',
    ),
    (
        'mustToDate "Monday, January _2 2006 3:04:05.000 pm -0700" "tuesday, JULY 14 2023 12:00:00.000 am -0000"',
        '2023-07-14 00:00:00 +0000 UTC|time.Time|"2023-07-14T00:00:00Z"',
    ),
    ('mustToDate "2006-002" "2024-060"', '2024-02-29 00:00:00 +0000 UTC|time.Time|"2024-02-29T00:00:00Z"'),
    ('mustToDate "2006-002" "2023-060"', '2023-03-01 00:00:00 +0000 UTC|time.Time|"2023-03-01T00:00:00Z"'),
    ('mustToDate "2006-002" "2024-366"', '2024-12-31 00:00:00 +0000 UTC|time.Time|"2024-12-31T00:00:00Z"'),
    ('mustToDate "2006-01-02 __2" "2024-03-01  61"', '2024-03-01 00:00:00 +0000 UTC|time.Time|"2024-03-01T00:00:00Z"'),
    ('mustToDate "3:04PM" "12:00AM"', '0000-01-01 00:00:00 +0000 UTC|time.Time|"0000-01-01T00:00:00Z"'),
    ('mustToDate "3:04PM" "12:00PM"', '0000-01-01 12:00:00 +0000 UTC|time.Time|"0000-01-01T12:00:00Z"'),
    ('mustToDate "3:04PM" "0:00PM"', '0000-01-01 12:00:00 +0000 UTC|time.Time|"0000-01-01T12:00:00Z"'),
    ('mustToDate "15:04:05.999" "1:02:03"', '0000-01-01 01:02:03 +0000 UTC|time.Time|"0000-01-01T01:02:03Z"'),
    (
        'mustToDate "15:04:05.999" "1:02:03.1234567890123"',
        '0000-01-01 01:02:03.123456789 +0000 UTC|time.Time|"0000-01-01T01:02:03.123456789Z"',
    ),
    ('mustToDate "15:04:05.999" "1:02:03,5"', '0000-01-01 01:02:03.5 +0000 UTC|time.Time|"0000-01-01T01:02:03.5Z"'),
    (
        'mustToDate "-07:00:00 Z0700 Z07" "+01:02:03 Z Z"',
        '0000-01-01 00:00:00 +0000 UTC|time.Time|"0000-01-01T00:00:00Z"',
    ),
    (
        'mustToDate "-07:00:00 Z0700 Z07" "+01:02:03 +0102 -03"',
        '0000-01-01 00:00:00 -0300 -0300|time.Time|"0000-01-01T00:00:00-03:00"',
    ),
    (
        'mustToDate "Z070000 -070000 Z07:00:00" "+010203 +010203 Z"',
        '0000-01-01 00:00:00 +0000 UTC|time.Time|"0000-01-01T00:00:00Z"',
    ),
    ('mustToDate "06 -07" "23 +05"', '2023-01-01 00:00:00 +0500 +0500|time.Time|"2023-01-01T00:00:00+05:00"'),
    (
        'mustToDate ".000000000000000" ".123456789abcdef"',
        '0000-01-01 00:00:00.123456789 +0000 UTC|time.Time|"0000-01-01T00:00:00.123456789Z"',
    ),
    ('toDate "2006" "x"', '0001-01-01 00:00:00 +0000 UTC|time.Time|"0001-01-01T00:00:00Z"'),
    ('toDate "2006-01-02" "2024-02-29"', '2024-02-29 00:00:00 +0000 UTC|time.Time|"2024-02-29T00:00:00Z"'),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").Unix',
        "1707428045|int64|1707428045",
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").UnixMilli',
        "1707428045123|int64|1707428045123",
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").UnixMicro',
        "1707428045123456|int64|1707428045123456",
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").UnixNano',
        "1707428045123456789|int64|1707428045123456789",
    ),
    ('(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").Year', "2024|int|2024"),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").Month',
        "February|time.Month|2",
    ),
    ('(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").Day', "9|int|9"),
    ('(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").Hour', "3|int|3"),
    ('(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").Minute', "4|int|4"),
    ('(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").Second', "5|int|5"),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").Nanosecond',
        "123456789|int|123456789",
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").Weekday',
        "Friday|time.Weekday|5",
    ),
    ('(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").YearDay', "40|int|40"),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").UTC',
        '2024-02-08 21:34:05.123456789 +0000 UTC|time.Time|"2024-02-08T21:34:05.123456789Z"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").Local',
        '2024-02-08 21:34:05.123456789 +0000 UTC|time.Time|"2024-02-08T21:34:05.123456789Z"',
    ),
    ('(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").IsZero', "false|bool|false"),
    ('(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").IsDST', "false|bool|false"),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").String',
        '2024-02-09 03:04:05.123456789 +0530 +0530|string|"2024-02-09 03:04:05.123456789 +0530 +0530"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").GoString',
        'time.Date(2024, time.February, 9, 3, 4, 5, 123456789, time.Location(""))|string|"time.Date(2024, time.February, 9, 3, 4, 5, 123456789, time.Location(\\"\\"))"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").Location',
        "|*time.Location|{}",
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").MarshalText',
        '[50 48 50 52 45 48 50 45 48 57 84 48 51 58 48 52 58 48 53 46 49 50 51 52 53 54 55 56 57 43 48 53 58 51 48]|[]uint8|"MjAyNC0wMi0wOVQwMzowNDowNS4xMjM0NTY3ODkrMDU6MzA="',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").MarshalJSON',
        '[34 50 48 50 52 45 48 50 45 48 57 84 48 51 58 48 52 58 48 53 46 49 50 51 52 53 54 55 56 57 43 48 53 58 51 48 34]|[]uint8|"IjIwMjQtMDItMDlUMDM6MDQ6MDUuMTIzNDU2Nzg5KzA1OjMwIg=="',
    ),
    ('toJson (dateModify "-2540400h" (toDate "2006" "x"))', '|string|""'),
    ('toYaml (dateModify "-2540400h" (toDate "2006" "x"))', '|string|""'),
    (
        '(dateModify "-2540400h" (toDate "2006" "x")).GoString',
        'time.Date(-289, time.March, 13, 0, 0, 0, 0, time.UTC)|string|"time.Date(-289, time.March, 13, 0, 0, 0, 0, time.UTC)"',
    ),
    ('(toDate "2006" "9999").UnixNano', "-4883652231933722624|int64|-4883652231933722624"),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Format "2006"',
        '2024|string|"2024"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Add (mustToDuration "1h")',
        '2024-02-09 04:04:05.123456789 +0000 UTC|time.Time|"2024-02-09T04:04:05.123456789Z"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").AddDate 1 -3 20',
        '2024-11-29 03:04:05.123456789 +0000 UTC|time.Time|"2024-11-29T03:04:05.123456789Z"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").AddDate 0 12 0',
        '2025-02-09 03:04:05.123456789 +0000 UTC|time.Time|"2025-02-09T03:04:05.123456789Z"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Sub (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30")',
        "5h30m0s|time.Duration|19800000000000",
    ),
    ('(toDate "2006" "9999").Sub (toDate "2006" "0001")', "2562047h47m16.854775807s|time.Duration|9223372036854775807"),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").After (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30")',
        "true|bool|true",
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Before (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30")',
        "false|bool|false",
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Equal (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        "true|bool|true",
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Compare (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30")',
        "1|int|1",
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Compare (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        "0|int|0",
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Round (mustToDuration "1h")',
        '2024-02-09 03:00:00 +0000 UTC|time.Time|"2024-02-09T03:00:00Z"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Round (mustToDuration "90s")',
        '2024-02-09 03:04:30 +0000 UTC|time.Time|"2024-02-09T03:04:30Z"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Round (mustToDuration "1ms")',
        '2024-02-09 03:04:05.123 +0000 UTC|time.Time|"2024-02-09T03:04:05.123Z"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Round (mustToDuration "0s")',
        '2024-02-09 03:04:05.123456789 +0000 UTC|time.Time|"2024-02-09T03:04:05.123456789Z"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Round (mustToDuration "-1s")',
        '2024-02-09 03:04:05.123456789 +0000 UTC|time.Time|"2024-02-09T03:04:05.123456789Z"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Truncate (mustToDuration "1h")',
        '2024-02-09 03:00:00 +0000 UTC|time.Time|"2024-02-09T03:00:00Z"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Truncate (mustToDuration "90s")',
        '2024-02-09 03:03:00 +0000 UTC|time.Time|"2024-02-09T03:03:00Z"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Truncate (mustToDuration "1ms")',
        '2024-02-09 03:04:05.123 +0000 UTC|time.Time|"2024-02-09T03:04:05.123Z"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Truncate (mustToDuration "0s")',
        '2024-02-09 03:04:05.123456789 +0000 UTC|time.Time|"2024-02-09T03:04:05.123456789Z"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Truncate (mustToDuration "-1s")',
        '2024-02-09 03:04:05.123456789 +0000 UTC|time.Time|"2024-02-09T03:04:05.123456789Z"',
    ),
    (
        '(dateModify "-2540400h" (toDate "2006" "x")).Round (mustToDuration "7m")',
        "-0289-03-13 00:01:00 +0000 UTC|time.Time|",
    ),
    (
        '(dateModify "-2540400h" (toDate "2006" "x")).Truncate (mustToDuration "7m")',
        "-0289-03-12 23:54:00 +0000 UTC|time.Time|",
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Month.String',
        'February|string|"February"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Weekday.String',
        'Friday|string|"Friday"',
    ),
    (
        'printf "%d %s %v %q" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Month (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Month (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Weekday (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Weekday',
        '2 February Friday "Friday"|string|"2 February Friday \\"Friday\\""',
    ),
    ('int (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Month', "2|int|2"),
    (
        'toYaml (dict "a" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z"))',
        'a: "2024-02-09T03:04:05.123456789Z"|string|"a: \\"2024-02-09T03:04:05.123456789Z\\""',
    ),
    (
        'toToml (dict "a" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30"))',
        'a = 2024-02-09T03:04:05.123456789+05:30\n|string|"a = 2024-02-09T03:04:05.123456789+05:30\\n"',
    ),
    (
        'quote (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        '"2024-02-09 03:04:05.123456789 +0000 UTC"|string|"\\"2024-02-09 03:04:05.123456789 +0000 UTC\\""',
    ),
    (
        'kindOf (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        'struct|string|"struct"',
    ),
    (
        'eq (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z") (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        "true|bool|true",
    ),
    (
        'deepEqual (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z") (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        "true|bool|true",
    ),
    (
        'list (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").Location (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z").Location',
        "[ UTC]|[]interface {}|[{},{}]",
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").Location.String',
        '|string|""',
    ),
    ('duration "95"', '1m35s|string|"1m35s"'),
    ('duration "-5"', '-5s|string|"-5s"'),
    ('duration "007"', '7s|string|"7s"'),
    ('duration " 5"', '0s|string|"0s"'),
    ('duration "x"', '0s|string|"0s"'),
    ('duration ""', '0s|string|"0s"'),
    ('duration "9223372037"', '-2562047h47m16.709551616s|string|"-2562047h47m16.709551616s"'),
    ('duration "99999999999999999999"', '-1s|string|"-1s"'),
    ('duration "99999999999999999999s"', '-1s|string|"-1s"'),
    ('duration "-99999999999999999999s"', '0s|string|"0s"'),
    ('duration "9999999999999999999s"', '0s|string|"0s"'),
    ("duration 95", '0s|string|"0s"'),
    ("duration (int64 95)", '1m35s|string|"1m35s"'),
    ("duration 1.5", '0s|string|"0s"'),
    ("duration nil", '0s|string|"0s"'),
    ('durationRound "2h10m"', '2h|string|"2h"'),
    ('durationRound "-49h"', '2d|string|"2d"'),
    ('durationRound "1h"', '60m|string|"60m"'),
    ('durationRound "90s"', '1m|string|"1m"'),
    ('durationRound "1s"', '0s|string|"0s"'),
    ('durationRound "1500ms"', '1s|string|"1s"'),
    ('durationRound "800h"', '1mo|string|"1mo"'),
    ('durationRound "9000h"', '1y|string|"1y"'),
    ('durationRound "x"', '0s|string|"0s"'),
    ('durationRound ""', '0s|string|"0s"'),
    ("durationRound (int64 7200000000000)", '2h|string|"2h"'),
    ("durationRound 7200", '0s|string|"0s"'),
    ('durationRound (mustToDuration "3h")', '0s|string|"0s"'),
    ("durationRound nil", '0s|string|"0s"'),
    ("kindOf now", 'struct|string|"struct"'),
    ("typeOf (now)", 'time.Time|string|"time.Time"'),
]
FAULTS = [
    ("date 1 2", "expected string; found 1"),
    ("unixEpoch 1", "can't handle 1 for arg of type time.Time"),
    (
        'mustDateModify "x" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        'error calling mustDateModify: time: invalid duration "x"',
    ),
    (
        'mustDateModify "5é" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        'error calling mustDateModify: time: unknown unit "\\xc3\\xa9" in duration "5\\xc3\\xa9"',
    ),
    (
        'mustDateModify "" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        'error calling mustDateModify: time: invalid duration ""',
    ),
    (
        'must_date_modify "x" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        'error calling must_date_modify: time: invalid duration "x"',
    ),
    (
        'must_date_modify "5é" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        'error calling must_date_modify: time: unknown unit "\\xc3\\xa9" in duration "5\\xc3\\xa9"',
    ),
    (
        'must_date_modify "" (toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789Z")',
        'error calling must_date_modify: time: invalid duration ""',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2023-02-29T00:00:00Z"',
        'error calling mustToDate: parsing time "2023-02-29T00:00:00Z": day out of range',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-02-29T24:00:00Z"',
        'error calling mustToDate: parsing time "2024-02-29T24:00:00Z": hour out of range',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-02-29T23:60:00Z"',
        'error calling mustToDate: parsing time "2024-02-29T23:60:00Z": minute out of range',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-02-29T23:59:60Z"',
        'error calling mustToDate: parsing time "2024-02-29T23:59:60Z": second out of range',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-13-01T00:00:00Z"',
        'error calling mustToDate: parsing time "2024-13-01T00:00:00Z": month out of range',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-00-01T00:00:00Z"',
        'error calling mustToDate: parsing time "2024-00-01T00:00:00Z": month out of range',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-2-01T00:00:00Z"',
        'error calling mustToDate: parsing time "2024-2-01T00:00:00Z" as "2006-01-02T15:04:05Z07:00": cannot parse "2-01T00:00:00Z" as "01"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-02-29"',
        'error calling mustToDate: parsing time "2024-02-29" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-02-29T23:59:59+25:00"',
        'error calling mustToDate: parsing time "2024-02-29T23:59:59+25:00": time zone offset hour out of range',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-02-29T23:59:59+02:61"',
        'error calling mustToDate: parsing time "2024-02-29T23:59:59+02:61": time zone offset minute out of range',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-02-29T23:59:59*02:00"',
        'error calling mustToDate: parsing time "2024-02-29T23:59:59*02:00" as "2006-01-02T15:04:05Z07:00": cannot parse "*02:00" as "Z07:00"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-02-29T23:59:59Zx"',
        'error calling mustToDate: parsing time "2024-02-29T23:59:59Zx": extra text: "x"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "x"',
        'error calling mustToDate: parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" ""',
        'error calling mustToDate: parsing time "" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "2006"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "é"',
        'error calling mustToDate: parsing time "\\xc3\\xa9" as "2006-01-02T15:04:05Z07:00": cannot parse "\\xc3\\xa9" as "2006"',
    ),
    (
        'mustToDate "02 Jan 06 15:04 MST" "04 Jul 23 12:30 GMT-24"',
        'error calling mustToDate: parsing time "04 Jul 23 12:30 GMT-24": extra text: "-24"',
    ),
    (
        'mustToDate "02 Jan 06 15:04 MST" "04 Jul 23 12:30 ABCD"',
        'error calling mustToDate: parsing time "04 Jul 23 12:30 ABCD" as "02 Jan 06 15:04 MST": cannot parse "ABCD" as "MST"',
    ),
    (
        'mustToDate "02 Jan 06 15:04 MST" "04 Jul 23 12:30 AB"',
        'error calling mustToDate: parsing time "04 Jul 23 12:30 AB" as "02 Jan 06 15:04 MST": cannot parse "AB" as "MST"',
    ),
    (
        'mustToDate "02 Jan 06 15:04 MST" "04 Foo 23 12:30 UTC"',
        'error calling mustToDate: parsing time "04 Foo 23 12:30 UTC" as "02 Jan 06 15:04 MST": cannot parse "Foo 23 12:30 UTC" as "Jan"',
    ),
    (
        'mustToDate "02 Jan 06 15:04 MST" "4 Jul 23 12:30 UTC"',
        'error calling mustToDate: parsing time "4 Jul 23 12:30 UTC" as "02 Jan 06 15:04 MST": cannot parse "4 Jul 23 12:30 UTC" as "02"',
    ),
    (
        'mustToDate "Monday, January _2 2006 3:04:05.000 pm -0700" "Foo, July 4 2023 1:02:03.456 pm +0530"',
        'error calling mustToDate: parsing time "Foo, July 4 2023 1:02:03.456 pm +0530" as "Monday, January _2 2006 3:04:05.000 pm -0700": cannot parse "Foo, July 4 2023 1:02:03.456 pm +0530" as "Monday"',
    ),
    (
        'mustToDate "Monday, January _2 2006 3:04:05.000 pm -0700" "Tuesday, July 4 2023 13:02:03.456 pm +0530"',
        'error calling mustToDate: parsing time "Tuesday, July 4 2023 13:02:03.456 pm +0530": hour out of range',
    ),
    (
        'mustToDate "Monday, January _2 2006 3:04:05.000 pm -0700" "Tuesday, July 4 2023 1:02:03.45 pm +0530"',
        'error calling mustToDate: parsing time "Tuesday, July 4 2023 1:02:03.45 pm +0530" as "Monday, January _2 2006 3:04:05.000 pm -0700": cannot parse ".45 pm +0530" as ".000"',
    ),
    (
        'mustToDate "Monday, January _2 2006 3:04:05.000 pm -0700" "Tuesday, July 4 2023 1:02:03.456 PM +0530"',
        'error calling mustToDate: parsing time "Tuesday, July 4 2023 1:02:03.456 PM +0530" as "Monday, January _2 2006 3:04:05.000 pm -0700": cannot parse "PM +0530" as "pm"',
    ),
    (
        'mustToDate "Monday, January _2 2006 3:04:05.000 pm -0700" "Tuesday, July 4 2023 1:02:03.-56 pm +0530"',
        'error calling mustToDate: parsing time "Tuesday, July 4 2023 1:02:03.-56 pm +0530": fractional second out of range',
    ),
    ('mustToDate "2006-002" "2023-366"', 'error calling mustToDate: parsing time "2023-366": day-of-year out of range'),
    ('mustToDate "2006-002" "2023-000"', 'error calling mustToDate: parsing time "2023-000": day-of-year out of range'),
    (
        'mustToDate "2006-002" "2023-1"',
        'error calling mustToDate: parsing time "2023-1" as "2006-002": cannot parse "1" as "002"',
    ),
    (
        'mustToDate "2006-01-02 __2" "2024-03-01  62"',
        'error calling mustToDate: parsing time "2024-03-01  62": day-of-year does not match day',
    ),
    (
        'mustToDate "2006-01-02 __2" "2024-04-01  61"',
        'error calling mustToDate: parsing time "2024-04-01  61": day-of-year does not match month',
    ),
    (
        'mustToDate "3:04PM" "1:2PM"',
        'error calling mustToDate: parsing time "1:2PM" as "3:04PM": cannot parse "2PM" as "04"',
    ),
    ('mustToDate "06 -07" "2"', 'error calling mustToDate: parsing time "2" as "06 -07": cannot parse "2" as "06"'),
    (
        'mustToDate "06 -07" "x3 +05"',
        'error calling mustToDate: parsing time "x3 +05" as "06 -07": cannot parse "x3 +05" as "06"',
    ),
    (
        'mustToDate ".000000000000000" ".12345678"',
        'error calling mustToDate: parsing time ".12345678" as ".000000000000000": cannot parse ".12345678" as ".000000000000000"',
    ),
    (
        '(toDate "2006-01-02T15:04:05.999999999Z07:00" "2024-02-09T03:04:05.123456789+05:30").Foo',
        "can't evaluate field Foo in type time.Time",
    ),
    (
        '(dateModify "-2540400h" (toDate "2006" "x")).MarshalText',
        "error calling MarshalText: Time.MarshalText: year outside of range [0,9999]",
    ),
    (
        '(dateModify "-2540400h" (toDate "2006" "x")).MarshalJSON',
        "error calling MarshalJSON: Time.MarshalJSON: year outside of range [0,9999]",
    ),
]
IN_ZURICH = [
    (
        'toDate "2006-01-02T15:04:05" "2024-03-31T01:59:59"',
        '2024-03-31 01:59:59 +0100 CET|time.Time|"2024-03-31T01:59:59+01:00"',
    ),
    (
        'toDate "2006-01-02T15:04:05" "2024-03-31T02:30:00"',
        '2024-03-31 03:30:00 +0200 CEST|time.Time|"2024-03-31T03:30:00+02:00"',
    ),
    (
        'toDate "2006-01-02T15:04:05" "2024-03-31T03:00:00"',
        '2024-03-31 03:00:00 +0200 CEST|time.Time|"2024-03-31T03:00:00+02:00"',
    ),
    (
        'toDate "2006-01-02T15:04:05" "2024-10-27T02:30:00"',
        '2024-10-27 02:30:00 +0100 CET|time.Time|"2024-10-27T02:30:00+01:00"',
    ),
    (
        'toDate "2006-01-02T15:04:05" "1850-01-01T00:00:00"',
        '1850-01-01 00:00:00 +0034 LMT|time.Time|"1850-01-01T00:00:00+00:34"',
    ),
    (
        'toDate "2006-01-02T15:04:05" "9999-07-01T00:00:00"',
        '9999-07-01 00:00:00 +0200 CEST|time.Time|"9999-07-01T00:00:00+02:00"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05 MST" "2024-07-01T12:00:00 CEST"',
        '2024-07-01 12:00:00 +0200 CEST|time.Time|"2024-07-01T12:00:00+02:00"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05 MST" "2024-07-01T12:00:00 CET"',
        '2024-07-01 13:00:00 +0200 CEST|time.Time|"2024-07-01T13:00:00+02:00"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05 MST" "2024-10-27T02:30:00 CEST"',
        '2024-10-27 02:30:00 +0200 CEST|time.Time|"2024-10-27T02:30:00+02:00"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05 MST" "2024-10-27T02:30:00 CET"',
        '2024-10-27 02:30:00 +0100 CET|time.Time|"2024-10-27T02:30:00+01:00"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05 MST" "2024-07-01T12:00:00 EST"',
        '2024-07-01 12:00:00 +0000 EST|time.Time|"2024-07-01T12:00:00Z"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05 MST" "2024-07-01T12:00:00 UTC"',
        '2024-07-01 12:00:00 +0000 UTC|time.Time|"2024-07-01T12:00:00Z"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-07-01T12:00:00+02:00"',
        '2024-07-01 12:00:00 +0200 CEST|time.Time|"2024-07-01T12:00:00+02:00"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05Z07:00" "2024-07-01T12:00:00+01:00"',
        '2024-07-01 12:00:00 +0100 +0100|time.Time|"2024-07-01T12:00:00+01:00"',
    ),
    (
        'mustToDate "2006-01-02T15:04:05 -0700 MST" "2024-07-01T12:00:00 +0200 CET"',
        '2024-07-01 12:00:00 +0200 CET|time.Time|"2024-07-01T12:00:00+02:00"',
    ),
    ('date "2006-01-02 15:04:05 -0700 MST" 0', '1970-01-01 01:00:00 +0100 CET|string|"1970-01-01 01:00:00 +0100 CET"'),
    ("htmlDate (int64 86399)", '1970-01-02|string|"1970-01-02"'),
    ('(toDate "2006-01-02" "2024-07-01").IsDST', "true|bool|true"),
    ('(toDate "2006-01-02" "2024-07-01").Location.String', 'Europe/Zurich|string|"Europe/Zurich"'),
    ('(toDate "2006-01-02" "2024-07-01").UTC', '2024-06-30 22:00:00 +0000 UTC|time.Time|"2024-06-30T22:00:00Z"'),
    (
        '(toDate "2006-01-02T15:04:05Z07:00" "2024-07-01T12:00:00Z").Local',
        '2024-07-01 14:00:00 +0200 CEST|time.Time|"2024-07-01T14:00:00+02:00"',
    ),
    (
        '(toDate "2006-01-02" "2024-01-31").AddDate 0 6 0',
        '2024-07-31 00:00:00 +0200 CEST|time.Time|"2024-07-31T00:00:00+02:00"',
    ),
    (
        '(toDate "2006-01-02" "2024-07-01").GoString',
        'time.Date(2024, time.July, 1, 0, 0, 0, 0, time.Local)|string|"time.Date(2024, time.July, 1, 0, 0, 0, 0, time.Local)"',
    ),
    ('dateInZone "15:04 MST" (toDate "2006-01-02" "2024-07-01") "Local"', '00:00 CEST|string|"00:00 CEST"'),
]
NOW = 1_707_447_845 * 10**9 + 600_000_000  # 2024-02-09T03:04:05.6Z
TABLE = dates.table(lambda: NOW)


@pytest.fixture(autouse=True)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process is in UTC, or where a test says."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", getattr(request, "param", "UTC"))
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(("call", "want"), ANSWERS, ids=[call for call, _ in ANSWERS])
def test_answers(call: str, want: str) -> None:
    assert shown(call) == want


@pytest.mark.parametrize(("call", "want"), FAULTS, ids=[call for call, _ in FAULTS])
def test_faults(call: str, want: str) -> None:
    assert fault(call) == want


@pytest.mark.parametrize("zone", ["Europe/Zurich"], indirect=True)
@pytest.mark.parametrize(("call", "want"), IN_ZURICH, ids=[call for call, _ in IN_ZURICH])
def test_summer_time(call: str, want: str) -> None:
    assert shown(call) == want


def test_now() -> None:
    assert TABLE["now"].call().go_string() == "2024-02-09 03:04:05.6 +0000 UTC"


def test_system_clock() -> None:
    before = time.time_ns()
    assert before <= dates.TABLE["now"].call().nanoseconds <= time.time_ns()


@pytest.mark.parametrize(
    ("name", "arguments", "want"),
    [
        ("date", ("15:04:05.0", "anything"), "03:04:05.6"),
        ("dateInZone", ("15:04", None, "Asia/Tokyo"), "12:04"),
        ("htmlDate", (1.5,), "2024-02-09"),
        ("htmlDateInZone", (True, "Pacific/Apia"), "2024-02-09"),
        ("ago", (NOW // 10**9 - 61,), "1m2s"),
        ("ago", (Int64(NOW // 10**9 + 3600),), "-59m59s"),
        ("ago", (Time(NOW - 10**9, UTC),), "1s"),
        ("ago", (Time(-(10**30), UTC),), "2562047h47m16.854775807s"),
        ("ago", ("x",), "0s"),
        ("durationRound", (Time(NOW - 3 * 3600 * 10**9, UTC),), "3h"),
        ("durationRound", (Time(NOW - 400 * 86_400 * 10**9, UTC),), "1y"),
        ("unixEpoch", (Time(NOW, UTC),), "1707447845"),
    ],
)
def test_by_the_clock(name: str, arguments: tuple[object, ...], want: str) -> None:
    assert TABLE[name].call(*arguments) == want


@pytest.mark.parametrize(
    ("moment", "layout", "want"),
    [
        (
            datetime.datetime(2024, 2, 9, 3, 4, 5, 600_000, tzinfo=datetime.UTC),
            "Mon Jan _2 15:04:05.000 2006 MST",
            "Fri Feb  9 03:04:05.600 2024 UTC",
        ),
        (
            datetime.datetime(1969, 12, 31, 23, 0, 0, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=-5), "EST")),
            "2006-01-02T15:04:05.999999999Z07:00 MST",
            "1969-12-31T23:00:00.000001-05:00 EST",
        ),
    ],
    ids=["UTC", "before 1970"],
)
def test_format_time(moment: datetime.datetime, layout: str, want: str) -> None:
    assert dates.format_time(moment, layout) == want
