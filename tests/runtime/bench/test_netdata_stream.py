"""Netdata's stream is counted between child and parent; where it cannot be, the result says why."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from sysmon.runtime.bench import netdata_stream

STAND_IN = '''#!{python}
"""Stands in for Netdata: a parent that tells of ten dimensions, a child that sends it 500 bytes each 50 ms."""
import http.server, json, pathlib, re, socket, sys, threading, time
if sys.argv[1] == "-v":
    print("netdata v0.0-test")
    sys.exit()
settings = pathlib.Path(sys.argv[3])
found = re.search(r"bind to = 127.0.0.1:([0-9]+)", settings.read_text())
if found is None:
    there = re.search(r"destination = 127.0.0.1:([0-9]+)", (settings.parent / "stream.conf").read_text())[1]
    while True:
        try:
            link = socket.create_connection(("127.0.0.1", int(there)))
            while True:
                link.sendall(b"POST" + b"x" * 496)
                time.sleep(0.05)
        except OSError:
            time.sleep(0.05)
CHARTS = {{"a": {{"dimensions": {{"x": 1, "y": 1}}, "update_every": 1}}, "b": {{"dimensions": {{str(n): 1 for n in range(16)}}, "update_every": 2}}}}
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        info = {{"mirrored_hosts_status": [{{"guid": "p", "hops": 0}}, {{"guid": "c", "hops": 1}}]}}
        said = json.dumps(info if self.path == "/api/v1/info" else {{"charts": {charts}}}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(said)
    def parse_request(self):
        if self.raw_requestline.startswith(b"POST"):
            while self.connection.recv(65536):
                pass
            return False
        return super().parse_request()
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(found[1])), Page).serve_forever()
'''


def stand_in(folder: Path, charts: str = "CHARTS") -> None:
    """Put the stand-in where a program is looked for."""
    folder.mkdir(exist_ok=True)
    program = folder / "netdata"
    program.write_text(STAND_IN.format(python=sys.executable, charts=charts), encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where programs are looked for, and nowhere else."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(netdata_stream, "_PLACES", ())
    return tmp_path / "bin"


def test_where_it_is_not_installed_the_package_is_named(place: Path) -> None:
    result = netdata_stream.measure()
    assert result.value is None
    assert "Debian: netdata" in result.note


@pytest.mark.skipif(os.name == "nt", reason="scripts are no programs there")
@pytest.mark.timeout(60)
def test_what_is_carried_is_counted(place: Path) -> None:
    stand_in(place)
    result = netdata_stream.measure(0.2, 1.0)
    # 10 samples a second, and at most 20 times 500 bytes.
    assert result.value is not None, result.note
    assert 300.0 < result.value <= 1050.0
    assert "netdata v0.0-test" in result.note
    assert "10 samples/s" in result.note


@pytest.mark.skipif(os.name == "nt", reason="scripts are no programs there")
@pytest.mark.timeout(60)
def test_a_parent_that_got_nothing_is_no_figure(place: Path) -> None:
    stand_in(place, "{{}}")
    result = netdata_stream.measure(0.0, 0.1)
    assert result.value is None
    assert "did not stream" in result.note


@pytest.mark.skipif(os.name == "nt", reason="scripts are no programs there")
@pytest.mark.timeout(60)
def test_one_that_ends_at_once_is_no_figure(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netdata_stream, "_PATIENCE", 0.5)
    place.mkdir()
    program = place / "netdata"
    program.write_text(f"#!{sys.executable}\n", encoding="utf-8")
    program.chmod(0o755)
    assert netdata_stream.measure(0.0, 0.1).value is None


def test_settings_switch_off_what_speaks_to_others(tmp_path: Path) -> None:
    settings = netdata_stream.configure(tmp_path / "x", "    mode = none", "[stream]\n", collect=True)
    text = settings.read_text(encoding="utf-8")
    assert text.count("enabled = no") == 4
    assert (tmp_path / "x" / "etc" / ".opt-out-from-anonymous-statistics").exists()
    assert "enabled = no" in (tmp_path / "x" / "lib" / "cloud.d" / "cloud.conf").read_text(encoding="utf-8")
