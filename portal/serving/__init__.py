"""Serves the portal so that no slow client holds a thread.

gunicorn keeps the processes; in each of them waitress reads requests and sends answers in one thread for all
connections, and hands a request to a thread of the portal only when it has arrived as a whole. What waitress leaves
open is closed here: how long a request may take to arrive (`channels`), who may send a large one and where it is kept
meanwhile (`request_bodies`, `admission`), and what happens when there are more connections than places (`web_server`).
Reading order: `web_worker`, `web_server`, `channels`, `request_bodies`, `admission`.
"""
