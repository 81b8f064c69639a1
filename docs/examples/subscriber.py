"""Print how busy the CPUs of each machine are: python subscriber.py FOLDER HOST PORT (see ../protocol.md)."""

import base64
import json
import pathlib
import re
import ssl
import sys

from websockets.sync.client import connect

key, host, port = pathlib.Path(sys.argv[1], "identity.pem"), *sys.argv[2:]
modes, before, tls = {}, {}, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
tls.check_hostname = False  # keys are trusted, not names
tls.load_cert_chain(key)
for peer in json.loads(key.with_name("peers.json").read_text())["peers"]:
    tls.load_verify_locations(cadata=base64.b64decode(peer["certificate"]))
der = ssl.PEM_cert_to_DER_cert("-----BEGIN CERT" + key.read_text().split("-----BEGIN CERT")[1])
me = {"id": re.search(rb"4([a-z2-7]{52})", der)[1].decode(), "name": "example"}  # the common name in the certificate
with connect(f"wss://{host}:{port}/", ssl=tls, subprotocols=["sysmon.v1+json"]) as link:
    link.send(json.dumps({"type": "hello", "program": "example 1", "first": 1, "last": 1, "host": me}))
    link.send(json.dumps({"type": "subscribe", "wishes": [{"host": "*", "groups": ["system.cpu.time"]}]}))
    for said in map(json.loads, link):
        if said["type"] == "catalog":  # of each value the attributes: here the mode of the CPU
            modes[said["host"]["id"]] = [values for metric, values, *_ in said["series"]]
        elif said["type"] == "values":  # null for all that was not wanted
            now = {mode[0]: at for mode, at in zip(modes[said["host"]], said["values"], strict=True) if at is not None}
            spent = {mode: now[mode] - seconds for mode, seconds in before.get(said["host"], {}).items()}
            print(said["host"], f"{1 - spent['idle'] / sum(spent.values()):.0%}" if spent else "-", flush=True)
            before[said["host"]] = now
