from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.process import ProcessKey, ProcessRow
from sysmon.pipeline.program_names import is_launcher, program_name


def row(name: str, command: str = "", pid: int = 500) -> ProcessRow:
    return ProcessRow(ProcessKey(pid, 0.0), 1, name, "ada", "sleeping", 0, 1, 0.0, 0.0, 0.0, 0.0, command, False)


@pytest.mark.parametrize(
    ("name", "command", "expected"),
    [
        ("firefox", "/usr/lib/firefox/firefox -contentproc", "firefox"),
        ("gnome-terminal-", "/usr/libexec/gnome-terminal-server", "gnome-terminal-server"),
        ("my-long-script-", "/usr/bin/python3 /opt/my-long-script-name.py", "my-long-script-name.py"),
        ("python3", "python3 report.py --fast", "report.py"),
        ("python3.11", "/usr/bin/python3.11 -u /srv/app/report.py", "report.py"),
        ("python3", "python3 -m http.server 80", "http.server"),
        ("python3", "python3 -X dev -W error tool.py", "tool.py"),
        ("python3", "python3 -c import_this", "python3"),
        ("python3", "python3", "python3"),
        ("python.exe", "C:\\Python\\python.exe C:\\tools\\report.py", "report.py"),
        ("node", "node --inspect /srv/web/server.js", "server.js"),
        ("java", "java -Xmx1g -cp a.jar:b.jar -jar /opt/search.jar", "search.jar"),
        ("java", "java -cp a.jar org.demo.Main", "org.demo.Main"),
        ("perl", "perl -e print", "perl"),
        ("bash", "bash /home/ada/backup.sh nightly", "backup.sh"),
        ("bash", "-bash", "bash"),
        ("bash", "bash -lc make", "bash"),
        ("sh", "sh -c make all", "sh"),
        ("Web Content", "", "Web Content"),
        ("", "/bin/thing", "thing"),
        ("", "", "500"),
    ],
)
def test_names(name: str, command: str, expected: str) -> None:
    assert program_name(row(name, command)) == expected


@pytest.mark.parametrize(
    ("name", "command", "expected"),
    [
        ("systemd", "/lib/systemd/systemd --user", True),
        ("gnome-shell", "/usr/bin/gnome-shell", True),
        ("sshd", "sshd: ada@pts/0", True),
        ("bash", "-bash", True),
        ("bash", "", True),  # a peer that may not see command lines
        ("bash", "bash -i", True),
        ("zsh", "/usr/bin/zsh --login", True),
        ("bash", "bash backup.sh", False),
        ("sh", "sh -c make", False),
        ("cmd.exe", "cmd.exe /c build.bat", False),
        ("firefox", "firefox", False),
        ("python3", "python3", False),
    ],
)
def test_launchers(name: str, command: str, expected: bool) -> None:
    assert is_launcher(row(name, command)) is expected


def test_the_first_process_launches_whatever_it_is() -> None:
    assert is_launcher(row("nginx", "nginx", pid=1))


@given(st.text(max_size=20), st.text(max_size=200))
def test_any_text_has_a_name(name: str, command: str) -> None:
    assert program_name(row(name, command)) or name == ""
    is_launcher(row(name, command))


@given(
    st.sampled_from(["python3", "bash", "java", "node", "x" * 15]),
    st.lists(st.sampled_from(["-c", "-m", "-jar", "-W", "a.py", "/", "", "-", "--", '"']), max_size=6),
)
def test_any_arguments_have_a_name(name: str, words: list[str]) -> None:
    assert program_name(row(name, " ".join([name, *words])))
