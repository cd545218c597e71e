"""Any history of a log, followed in any way, gives what a plain dictionary gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.index import Candidate, CandidateIndex, Document, DocumentBlock, Query, Removal
from matcher.record import Kind
from tests.indexer.index.conftest import NewIndex

KEYS = ("a", "b", "c", "d", "e")
SOURCES = ("", "shelter", "police")
Change = Document | Removal


@dataclass
class Naive:
    """The contract in its plainest words."""

    documents: dict[int, Document] = field(default_factory=dict)

    @classmethod
    def after(cls, log: Iterable[Change]) -> Naive:
        naive = cls()
        for change in log:
            if isinstance(change, Removal):
                naive.documents.pop(change.number, None)
            else:
                naive.documents[change.number] = change
        return naive

    def candidates(self, query: Query) -> list[Candidate]:
        gained: Counter[int] = Counter()
        for one in self.documents.values():
            weight = sum(weight for key, weight in query.keys if key in one.keys)
            if weight and one.kind is query.kind and one.open and self._permitted(one, query):
                gained[one.number] = weight
        ordered = sorted(gained.items(), key=lambda item: (-item[1], item[0]))
        return [Candidate(number, weight) for number, weight in ordered[: query.limit]]

    def _permitted(self, one: Document, query: Query) -> bool:
        mine = one.source != "" and one.source in query.sources
        within = query.within is None or (one.source != "" and one.source in query.within)
        return (one.traceable or mine) and within


@st.composite
def logs(draw: st.DrawFn) -> list[Change]:
    """A change log: per number ever higher versions; a removed number never comes back, as in the database."""
    log: list[Change] = []
    versions: dict[int, int] = {}
    removed: set[int] = set()
    for number in draw(st.lists(st.integers(1, 8), max_size=25)):
        if number in removed:
            continue
        versions[number] = versions.get(number, 0) + draw(st.integers(1, 2))
        if draw(st.integers(0, 4)) == 0:
            removed.add(number)
            log.append(Removal(number, versions[number]))
        else:
            log.append(draw(documents(number, versions[number])))
    return log


def documents(number: int, version: int) -> st.SearchStrategy[Document]:
    return st.builds(
        Document,
        number=st.just(number),
        version=st.just(version),
        kind=st.sampled_from(Kind),
        source=st.sampled_from(SOURCES),
        open=st.sampled_from([True, True, False]),
        traceable=st.booleans(),
        keys=st.lists(st.sampled_from(KEYS), max_size=6).map(tuple),
    )


queries = st.builds(
    Query,
    keys=st.lists(st.tuples(st.sampled_from([*KEYS, "z"]), st.integers(1, 1_000)), max_size=8).map(tuple),
    kind=st.sampled_from(Kind),
    limit=st.integers(0, 6),
    sources=st.frozensets(st.sampled_from(SOURCES)),
    within=st.none() | st.frozensets(st.sampled_from(SOURCES)),
)
# What a follower may do: go on in the log (reading some of it again), fold changes in, build anew, look for others' work.
steps = st.tuples(
    st.sampled_from(["follow", "follow", "follow", "compact", "rebuild", "refresh"]),
    st.integers(0, 9),
    st.integers(0, 9),
)


def take(index: CandidateIndex, log: list[Change], step: tuple[str, int, int]) -> None:
    what, back, ahead = step
    position = index.position
    if what == "follow":
        until = min(position + ahead, len(log))
        index.apply(log[max(position - back, 0) : until], position=until)
    elif what == "compact":
        index.compact(force=True)
    elif what == "rebuild":
        until = max(position - back, 0)
        living = Naive.after(log[:until]).documents.values()
        index.rebuild([DocumentBlock.from_documents(living)], position=until)
    else:
        index.refresh()


def examples(backend: str, many: int) -> settings:
    """Each example is a new index: quick in this process, half a second on a server."""
    return settings(
        max_examples=many if backend == "embedded" else many // 12,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


def test_any_way_of_following_a_log_gives_the_candidates_of_a_plain_dictionary(
    new_index: NewIndex, backend: str
) -> None:
    @examples(backend, 150)
    @given(log=logs(), way=st.lists(steps, max_size=8), asked=st.lists(queries, min_size=1, max_size=4))
    def holds(log: list[Change], way: list[tuple[str, int, int]], asked: list[Query]) -> None:
        index = new_index()
        for step in way:
            take(index, log, step)
            naive = Naive.after(log[: index.position])
            assert index.candidates_many(asked) == [naive.candidates(query) for query in asked]
            assert index.count() == len(naive.documents)
        index.discard("the example is over")

    holds()


def test_building_at_once_gives_what_following_change_by_change_gives(new_index: NewIndex, backend: str) -> None:
    @examples(backend, 60)
    @given(log=logs(), cut=st.integers(1, 7), asked=queries)
    def holds(log: list[Change], cut: int, asked: Query) -> None:
        built, followed = new_index(), new_index()
        living = list(Naive.after(log).documents.values())
        built.rebuild(
            [DocumentBlock.from_documents(living[start : start + cut]) for start in range(0, len(living), cut)],
            position=len(log),
        )
        for start in range(0, len(log), cut):
            followed.apply(log[start : start + cut], position=min(start + cut, len(log)))
        assert built.candidates(asked) == followed.candidates(asked)
        followed.compact(force=True)
        assert built.candidates(asked) == followed.candidates(asked)
        assert built.frequencies(KEYS) == followed.frequencies(KEYS)

    holds()
