"""Print how busy the CPUs of each machine are: python subscriber.py FOLDER HOST PORT (see ../protocol.md)."""

import base64
import json
import pathlib
import ssl
import sys

from websockets.sync.client import connect

folder, host, port = sys.argv[1:]
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
tls.check_hostname = False  # keys are trusted, not names
tls.load_cert_chain(pathlib.Path(folder, "identity.pem"))
for peer in json.loads(pathlib.Path(folder, "peers.json").read_text())["peers"]:
    tls.load_verify_locations(cadata=base64.b64decode(peer["certificate"]))
modes, before = {}, {}
with connect(f"wss://{host}:{port}/", ssl=tls, subprotocols=["sysmon.v1+json"]) as link:
    me = {"id": "example", "name": "example"}
    link.send(json.dumps({"type": "hello", "program": "example 1", "first": 1, "last": 1, "host": me}))
    link.send(json.dumps({"type": "subscribe", "wishes": [{"host": "*", "groups": ["system.cpu.time"]}]}))
    for said in map(json.loads, link):
        if said["type"] == "catalog":  # which mode of the CPU each value is, None for values of something else
            cpu = [metric[0] == "system.cpu.time" for metric in said["metrics"]]
            modes[said["host"]["id"]] = [values[0] if cpu[metric] else None for metric, values, *_ in said["series"]]
        elif said["type"] == "values":
            now = {mode: value for mode, value in zip(modes[said["host"]], said["values"], strict=True) if mode}
            spent = {mode: now[mode] - seconds for mode, seconds in before.get(said["host"], {}).items()}
            print(said["host"], f"{1 - spent['idle'] / sum(spent.values()):.0%}" if spent else "-", flush=True)
            before[said["host"]] = now
