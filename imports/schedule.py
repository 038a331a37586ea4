"""The timetable that `manage.py rqcron imports/schedule.py` keeps."""

from rq import cron

from imports.queue import DELIVERY
from imports.tasks import sweep

SWEEP_EVERY_SECONDS = 5

cron.register(sweep, queue_name=DELIVERY, interval=SWEEP_EVERY_SECONDS)
