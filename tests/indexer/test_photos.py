"""Photos from end to end: loaded, stored, found, matched at night, held, withdrawn; over both indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import indexer.faces.finder as finder_module
from indexer.errors import IndexUnavailableError
from indexer.faces.finder import open_faces
from indexer.index.faces import FaceQuery
from indexer.installation import Installation
from indexer.loading import LoadReport, load
from indexer.reconcile import reconcile
from indexer.settings import Settings
from matcher.record import Kind
from tests.builders import report
from tests.faces import face
from tests.indexer.index.faces.builders import face as numbers
from tests.indexer.world import AT, NEXT_DAY
from tests.photos import PixelEmbedder, picture, save

HEADER = (
    "record_id,kind,full_name,sex,date_of_birth,photos,photo_date,consent_for_tracing,protection_concerns,father_name\n"
)
LOST = "police/1,report,Sok Dara,male,2010-03-01,lost.pgm,2018-03-01,,,Sok Vuth\n"
# No name, no date: nothing but the face brings this one up.
SEEN = "shelter/1,intake,,male,,seen.pgm,2020-03-01,true,,\n"
OTHER = "shelter/2,intake,,male,,other.pgm,2020-03-01,true,,\n"
Opening = Callable[..., Installation]


@pytest.fixture(autouse=True)
def embedder(monkeypatch: pytest.MonkeyPatch) -> PixelEmbedder:
    embedder = PixelEmbedder()
    monkeypatch.setattr(finder_module, "open_embedder", lambda: embedder)
    return embedder


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.real("elasticsearch"))])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opening]:
    """Opens the home, again and again; what was built on a server is removed at the end."""
    url = "" if request.param == "embedded" else request.getfixturevalue("elasticsearch_url")
    made: list[Installation] = []

    def open_home(**settings: object) -> Installation:
        plain = {"home": tmp_path / "home", "elasticsearch_url": url, "elasticsearch_replicas": 0, **settings}
        made.append(Installation.open(Settings(**plain)))  # type: ignore[arg-type]  # pydantic checks the values
        return made[-1]

    yield open_home
    for installation in made:
        if url:
            with suppress(IndexUnavailableError):
                installation.index.discard("the test is over")
                installation.faces.index.discard()
        installation.close()


@pytest.fixture
def here(opening: Opening, tmp_path: Path) -> Installation:
    """A report and two intakes with photos: `seen` shows the child of `lost`, `other` does not."""
    save(tmp_path, lost=picture(10), seen=picture(40), other=picture(200))
    installation = opening()
    loaded(installation, tmp_path, LOST, SEEN, OTHER)
    return installation


def loaded(installation: Installation, folder: Path, *rows: str) -> LoadReport:
    """Load these rows with the photos in the folder."""
    file = folder / "rows.csv"
    file.write_text(HEADER + "".join(rows), encoding="utf-8")
    found = load([file], installation.store, kind=None, source=None, at=AT, photos=installation.faces.reader())
    installation.follow(purge=True)
    return found


def found(installation: Installation, record_id: str = "police/1") -> list[str]:
    return [match.record_id for match in installation.match(record_id).matches]


def test_a_face_alone_brings_a_record_up_and_says_why(here: Installation) -> None:
    [match] = here.match("police/1").matches
    assert match.record_id == "shelter/1"
    [row] = [row for row in match.evidence if row.comparison == "face"]
    assert (row.query_value, row.candidate_value) == ("lost.pgm (distance 0.30)", "seen.pgm (distance 0.30)")
    assert match.likelihood == "unlikely"
    assert found(here, "shelter/1") == ["police/1"]


def test_a_photo_that_nobody_stored_finds_as_a_stored_one_does(here: Installation) -> None:
    photo = here.faces.face_on(picture(10), "photo")
    example = report(record_id="query/1", photo_date="2018-03-01")
    from dataclasses import replace  # noqa: PLC0415

    answer = here.search(replace(example, faces=(photo,)))
    assert [match.record_id for match in answer.matches] == ["shelter/1"]


def test_the_night_compares_photos_and_a_second_run_does_nothing(here: Installation, tmp_path: Path) -> None:
    assert reconcile(here, at=AT).pairs == 1
    assert reconcile(here, at=AT).pairs == 0
    save(tmp_path, other=picture(30))
    assert loaded(here, tmp_path, LOST, SEEN, OTHER).updated == 1
    assert reconcile(here, at=NEXT_DAY).pairs == 1
    assert found(here) == ["shelter/2", "shelter/1"] or found(here) == ["shelter/1", "shelter/2"]


def test_a_second_opening_finds_what_the_first_one_stored(here: Installation, opening: Opening) -> None:
    assert found(opening()) == found(here) == ["shelter/1"]


def test_what_another_process_stores_is_found_by_the_next_question(
    here: Installation, opening: Opening, tmp_path: Path
) -> None:
    other = opening()
    assert found(other) == ["shelter/1"]
    save(tmp_path, more=picture(20))
    loaded(here, tmp_path, "shelter/3,intake,,male,,more.pgm,2020-03-01,true,,\n")
    assert set(found(other)) == {"shelter/1", "shelter/3"}


def test_what_is_withdrawn_is_gone_from_the_index_of_faces_in_the_same_step(
    here: Installation, opening: Opening
) -> None:
    assert found(here) == ["shelter/1"]
    other = opening()
    assert here.faces.index.count() == 3
    other.withdraw("shelter/1", at=NEXT_DAY)
    here.refresh()
    assert here.faces.index.count() == 2
    assert found(here) == found(other) == []
    here.rebuild_index()
    assert here.faces.index.count() == 2
    assert found(here) == []


def test_what_is_withdrawn_stays_gone_when_its_file_is_loaded_again(here: Installation, tmp_path: Path) -> None:
    here.withdraw("shelter/1", at=NEXT_DAY)
    loaded(here, tmp_path, LOST, SEEN, OTHER)
    assert found(here) == []


def test_without_consent_a_face_is_found_by_its_owner_only(
    here: Installation, opening: Opening, tmp_path: Path
) -> None:
    loaded(here, tmp_path, SEEN.replace("true", "false"))
    assert found(here) == []
    assert found(opening(own_sources="shelter")) == ["shelter/1"]
    assert found(opening(own_sources="hospital")) == []


def test_the_photo_of_a_held_match_is_not_shown(here: Installation, tmp_path: Path) -> None:
    loaded(here, tmp_path, SEEN.replace("true,", "true,father is the trafficker"))
    answer = here.match("police/1")
    [match] = answer.matches
    assert match.held
    assert "seen.pgm" not in str(answer.to_json())


def test_building_anew_gives_the_same_answers(here: Installation) -> None:
    before = here.match("police/1").to_json()
    here.rebuild_index()
    assert here.match("police/1").to_json() == before


def test_records_without_photos_never_open_an_index_of_faces(opening: Opening, tmp_path: Path) -> None:
    installation = opening()
    loaded(installation, tmp_path, LOST.replace("lost.pgm", ""), SEEN.replace("seen.pgm", ""))
    installation.match("police/1")
    assert not installation.faces.index.begun()


def test_a_restored_backup_takes_the_faces_back_too(here: Installation, opening: Opening, tmp_path: Path) -> None:
    assert found(here) == ["shelter/1"]
    index = here.faces.index
    index.apply([], position=here.store.last_change() + 50)
    assert found(here) == ["shelter/1"]
    assert index.position == here.store.last_change()


def test_photos_that_cannot_be_used_are_told_by_row_and_every_record_is_stored(
    opening: Opening, tmp_path: Path
) -> None:
    save(tmp_path, lost=picture(10), seen=b"no picture")
    installation = opening()
    told = loaded(installation, tmp_path, LOST, SEEN, OTHER)
    assert told.created == 3
    assert [(note.row, note.column, note.message.partition(";")[0]) for note in told.notes] == [
        (3, "photos", "photo 1: it is no image that can be read"),
        (4, "photos", "photo 1: there is no such file beside the table"),
    ]
    assert told.has_findings


def test_a_file_that_is_loaded_again_is_not_looked_at_again(
    here: Installation, tmp_path: Path, embedder: PixelEmbedder
) -> None:
    before = embedder.looked_at
    assert loaded(here, tmp_path, LOST, SEEN, OTHER).unchanged == 3
    assert embedder.looked_at == before


def test_where_the_embedder_is_missing_the_rows_are_stored_and_one_note_says_so(
    opening: Opening, tmp_path: Path, embedder: PixelEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer.errors import PhotosUnavailableError  # noqa: PLC0415

    def missing(photo: bytes) -> None:
        raise PhotosUnavailableError("not installed")

    monkeypatch.setattr(embedder, "embed", missing)
    save(tmp_path, lost=picture(10), seen=picture(40))
    told = loaded(opening(), tmp_path, LOST, SEEN)
    assert (told.created, told.has_findings) == (2, False)
    assert [(note.row, note.message) for note in told.notes] == [(0, "2 rows name photos: not installed")]


def test_the_status_names_the_embedder(here: Installation) -> None:
    assert here.index_status()["embedder"] == PixelEmbedder.name


@pytest.mark.real("elasticsearch")
def test_the_candidate_index_built_anew_leaves_the_index_of_faces_alone(elasticsearch_url: str, tmp_path: Path) -> None:
    """Either removes old builds of its own by the beginning of their names."""
    with Installation.open(
        Settings(home=tmp_path / "h", elasticsearch_url=elasticsearch_url, elasticsearch_replicas=0)
    ) as installation:
        faces = open_faces(installation.settings, installation.store.identity(), PixelEmbedder())
        faces.rebuild([], position=3)
        installation.index.rebuild([], position=5)
        assert (faces.begun(), faces.position) == (True, 3)
        assert faces.neighbours(FaceQuery((face(0.0).vector, numbers(0.0)), Kind.INTAKE, 1.0)) == []
        faces.rebuild([], position=4)
        installation.index.refresh()
        assert installation.index.position == 5
        installation.index.discard("over")
        faces.discard()
        faces.close()
