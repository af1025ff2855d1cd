"""Ports for the apps under test.

Apps that many tests share are left to run until the tests end: Gradio, where one app of a process ends, cuts the
connections of the others for a while, and a page whose connection is cut loads itself anew.
"""

from __future__ import annotations

import socket


def free_port() -> int:
    """Return a port of the system's choice, so that no browser mistakes a new app for one that ended."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
