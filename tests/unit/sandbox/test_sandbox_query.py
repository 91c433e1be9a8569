"""The query language of the lists, on a store of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from kiosk.sandbox.errors import Fault
from kiosk.sandbox.query import listed, shaped
from kiosk.sandbox.storage import Store

DOCS: list[dict[str, Any]] = [
    {"_id": "1", "name": "Ana", "age": 30, "tags": ["a", "b"], "on": True, "project": "p1", "at": "2030-01-01"},
    {"_id": "2", "name": "Bea", "age": 20, "tags": ["b"], "on": False, "project": "p2", "at": "2030-01-02"},
    {"_id": "3", "name": "Ada", "age": None, "tags": [], "on": True, "project": "p1", "at": "2030-01-03", "mail": "x"},
]


def asked(query: str, *answers: int) -> Request:
    request = Request({"type": "http", "query_string": query.encode(), "headers": [], "method": "GET", "path": "/"})
    request.state.route = SimpleNamespace(answers=answers or (200, 409))
    return request


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    opened.put("project", {"_id": "p1", "name": "One", "client": "c"})
    opened.put("client", {"_id": "c", "name": "Owner"})
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", "123"),
        ("where_name=Ana", "1"),
        ("where_on=true", "13"),
        ("where_age=20", "2"),
        ("where_tags=b", "12"),
        ("in_name[]=Ana&in_name[]=Bea", "12"),
        ("in_tags[]=a&in_name[]=Bea", ""),
        ("like_name=A", "123"),
        ("like_name=ad", "3"),
        ("?like_name=bea&?like_mail=X", "23"),
        ("where-exists_mail=1", "3"),
        ("where-exists_mail=0", "12"),
        ("where>_age=20", "1"),
        ("where>%3D_age=20", "12"),
        ("whereGTE_at=2030-01-02", "23"),
        ("whereLTE_at=2030-01-02", "12"),
        ("where<_age=x", ""),
        ("project=p2", "2"),
        ("sort=name", "312"),
        ("sort=-age", "123"),
        ("sort=age", "213"),
        ("sort=-on,name", "312"),
        ("limit=2", "12"),
        ("limit=2&page=2", "3"),
        ("perPage=1&page=3", "3"),
        ("offset=1", "23"),
        ("page=9", ""),
        ("findOne=true&sort=-name", "2"),
        ("unknown=1&where_name=", "123"),
    ],
)
def test_a_query_finds(store: Store, query: str, ids: str) -> None:
    page = listed(asked(query), store, DOCS, equal=("project",))
    assert "".join(doc["_id"] for doc in page.items) == ids


def test_both_kinds_of_list_count(store: Store) -> None:
    page = listed(asked("limit=2"), store, DOCS)
    assert page.flat() == {"data": DOCS[:2], "total": 3, "limit": 2, "page": 1, "pages": 2}
    assert page.nested("perPage") == {
        "data": DOCS[:2],
        "pagination": {"page": 1, "perPage": 2, "total": 3, "pages": 2},
    }
    assert listed(asked(""), store, []).flat()["pages"] == 0


@pytest.mark.parametrize("query", ["limit=101", "limit=0", "page=0", "page=x", "offset=-1", "page=1&page=2", "kind=x"])
def test_a_bad_value_is_refused_where_that_is_documented_and_passed_over_elsewhere(store: Store, query: str) -> None:
    name = query.partition("=")[0]
    with pytest.raises(Fault) as refused:
        listed(asked(query, 200, 409), store, DOCS, choices={"kind": ("a", "b")})
    assert refused.value.status == 409
    assert refused.value.body["message"].startswith(f"{name} must be ")
    assert listed(asked(query, 200, 401), store, DOCS, choices={"kind": ("a",)}).total == 3


def test_the_words_for_a_bad_limit_are_those_of_the_page(store: Store) -> None:
    with pytest.raises(Fault) as refused:
        listed(asked("limit=500"), store, DOCS)
    assert refused.value.body == {"code": "MissingParameter", "message": "limit must be between 1 and 100\n"}


def test_references_are_expanded_along_dot_paths(store: Store) -> None:
    doc = shaped(asked("populates[]=project.client&populates[]=nothing"), store, DOCS[0])
    assert doc["project"]["client"] == {"_id": "c", "name": "Owner"}
    assert DOCS[0]["project"] == "p1"
    assert shaped(asked("populates[]=project"), store, DOCS[1])["project"] == "p2"  # refers to nothing


def test_fields_are_chosen(store: Store) -> None:
    assert shaped(asked("select=name age"), store, DOCS[0]) == {"_id": "1", "name": "Ana", "age": 30}
