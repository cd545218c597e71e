"""What a test node runs on: a Java that is new enough, the jars, the two compiled classes. Built once a machine, then kept."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

_HERE = Path(__file__).parent
_SOURCES = (_HERE / "pom.xml", *sorted((_HERE / "java").glob("*.java")))
# The first download takes half a minute on a good line.
_DOWNLOAD_SECONDS = 900
OLD, NEW = "8.19.0", "9.2.0"
_NEEDED_JAVA = {OLD: 17, NEW: 21}


@dataclass(frozen=True)
class Built:
    """How to start a node: the Java command and its class path."""

    java: Path
    class_path: str


def find_java(version: str) -> Path | None:
    """A JDK's `java` that runs this version of Elasticsearch: of JAVA_HOME, the path, or /usr/lib/jvm."""
    places = [Path(os.environ["JAVA_HOME"], "bin", "java")] if "JAVA_HOME" in os.environ else []
    on_path = shutil.which("java")
    places += [Path(on_path).resolve()] if on_path else []
    places += sorted(Path("/usr/lib/jvm").glob("*/bin/java"))
    return next((java for java in places if _release(java) >= _NEEDED_JAVA[version]), None)


def missing_for(version: str) -> list[str]:
    """What a machine lacks for a node of this version; empty: nothing."""
    maven = [] if shutil.which("mvn") else ["mvn"]
    return maven if find_java(version) else [*maven, f"a JDK of release {_NEEDED_JAVA[version]} or newer"]


def build(version: str) -> Built:
    """Fetch and compile what this version needs; two test runs at once wait for each other here."""
    java = find_java(version)
    assert java is not None, missing_for(version)
    content = hashlib.sha256(b"".join(path.read_bytes() for path in _SOURCES)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir(), f"elijah-tests-{os.getuid()}", f"elasticsearch-{version}-{content}")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(folder / "building.lock"):
        finished = folder / "class-path"
        if not (finished.exists() and is_whole(finished.read_text())):
            finished.write_text(_build(java, version, folder))
        return Built(java, finished.read_text())


def _build(java: Path, version: str, folder: Path) -> str:
    jars = folder / "jars"
    _run(
        "mvn", "-q", "-B", "-f", _HERE / "pom.xml", f"-Delasticsearch.version={version}",
        "dependency:build-classpath", f"-Dmdep.outputFile={jars}",
    )  # fmt: skip
    classes = folder / "classes"
    _run(java.with_name("javac"), "-nowarn", "-d", classes, "-cp", jars.read_text(), *_SOURCES[1:])
    return f"{classes}:{jars.read_text().strip()}"


def is_whole(class_path: str) -> bool:
    """Whether everything is still there: people clear their ~/.m2, and systems clear /tmp by age."""
    compiled, *jars = class_path.split(":")
    return len(list(Path(compiled).rglob("*.class"))) > 0 and all(Path(jar).exists() for jar in jars)


def _run(*command: str | Path) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_DOWNLOAD_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{Path(command[0]).name}: {(done.stdout + done.stderr)[-2_000:]}"


def _release(java: Path) -> int:
    """The feature release of a JDK; 0 where it is none."""
    if not java.with_name("javac").exists():
        return 0
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else 0
