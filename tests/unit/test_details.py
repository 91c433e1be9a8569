from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from kiosk.details import PROBLEMS, Origin, check_details, checks_at, read_details, read_people_csv
from kiosk.domain.errors import Code, InputError
from kiosk.domain.person import Details
from kiosk.ui.text import LANGUAGES, texts_of

TODAY = date(2026, 1, 2)
WHOLE = {
    "first_name": " Ana  María ",
    "last_name": "O’Neil-Świątek",
    "email": "Ana@EXAMPLE.org",
    "phone": "+57 300 123-4567",
    "date_of_birth": "1990-01-15",
    "document_type": "Driver license",
    "document_number": "ab-12 34",
}


def test_what_was_typed_is_put_into_order():
    details, problems = check_details(WHOLE, today=TODAY)
    assert problems == {}
    assert details == Details(
        first_name="Ana María",
        last_name="O’Neil-Świątek",
        email="Ana@example.org",
        phone="+573001234567",
        date_of_birth="1990-01-15",
        document_type="driver_license",
        document_number="AB-12 34",
    )


def test_checked_details_stay_as_they_are():
    details, _ = check_details(WHOLE, today=TODAY)
    assert details is not None
    again = {name: getattr(details, name) for name in WHOLE}
    assert check_details(again, today=TODAY) == (details, {})


def test_only_the_first_name_is_needed():
    assert check_details({"first_name": "Ann"}, today=TODAY) == (Details(first_name="Ann"), {})
    assert check_details({}, today=TODAY) == (None, {"first_name": "required"})
    assert check_details({"first_name": " \u00a0 "}, today=TODAY) == (None, {"first_name": "required"})


def test_every_problem_is_told_at_once():
    _, problems = check_details({"email": "x", "phone": "y", "date_of_birth": "z"}, today=TODAY)
    assert problems == {
        "first_name": "required",
        "email": "bad_email",
        "phone": "bad_phone",
        "date_of_birth": "bad_date",
    }


@pytest.mark.parametrize(
    "name", ["José", "Nguyễn Văn", "王小明", "Владимир", "محمد", "O'Brien", "d’Arc", "J. R.", "अनिल", "می\u200cنا"]
)
def test_names_of_any_script(name: str):
    details, problems = check_details({"first_name": name}, today=TODAY)
    assert problems == {}
    assert details is not None
    assert details.first_name == name


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("A" * 81, "too_long"),
        ("R2D2", "bad_characters"),
        ("<b>", "bad_characters"),
        ("=A", "bad_characters"),
        ("A\x00B", "bad_characters"),
        ("A\nB", "bad_characters"),
        ("A\u202eB", "bad_characters"),
        ("A\u2028B", "bad_characters"),
        ("--", "bad_characters"),
        ("😀", "bad_characters"),
    ],
)
def test_what_is_no_name(name: str, problem: str):
    assert check_details({"first_name": name}, today=TODAY) == (None, {"first_name": problem})


def test_letters_are_composed():
    details, _ = check_details({"first_name": "Jose\u0301"}, today=TODAY)
    assert details is not None
    assert details.first_name == "José"


def one(field: str, value: str, **more) -> str:
    """The field as kept, or ``!problem``."""
    details, problems = check_details({"first_name": "Ann", field: value}, today=TODAY, **more)
    return "!" + problems[field] if details is None else getattr(details, field)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("john.doe@example.com", "john.doe@example.com"),
        ("josé@exämple.de", "josé@exämple.de"),
        ("a@b", "!bad_email"),
        ("a b@c.org", "!bad_email"),
        ("a@b@c.org", "!bad_email"),
        ("a" * 250 + "@c.org", "!bad_email"),
    ],
)
def test_email(typed: str, kept: str):
    assert one("email", typed) == kept


@pytest.mark.parametrize(
    ("typed", "region", "origin", "kept"),
    [
        ("+573001234567", None, Origin.FORM, "+573001234567"),
        ("300 123 4567", "CO", Origin.FORM, "+573001234567"),
        ("300 123 4567", None, Origin.FORM, "!bad_phone"),
        ("300 123 4567", None, Origin.FILE, "!bad_phone"),
        ("(201) 555-0123", "US", Origin.FORM, "+12015550123"),
        ("+1234567890", None, Origin.FORM, "!bad_phone"),
        ("+1234567890", None, Origin.FILE, "+1234567890"),
        ("+12", None, Origin.FILE, "!bad_phone"),
        ("+57300123456789012", None, Origin.FILE, "!bad_phone"),
        ("+57 300 123 4567 ext 5", None, Origin.FORM, "!bad_phone"),
        ("hello", "CO", Origin.FORM, "!bad_phone"),
    ],
)
def test_phone(typed: str, region: str | None, origin: Origin, kept: str):
    assert one("phone", typed, region=region, origin=origin) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1990-01-15", "1990-01-15"),
        ("2024-02-29", "2024-02-29"),
        ("2026-01-02", "2026-01-02"),
        ("1900-01-01", "1900-01-01"),
        ("2026-01-03", "!date_in_future"),
        ("1899-12-31", "!date_too_old"),
        ("2023-02-29", "!bad_date"),
        ("15/01/1990", "!bad_date"),
        ("1990-1-5", "!bad_date"),
        ("19900115", "!bad_date"),
        ("1990-01-15T00:00", "!bad_date"),
        ("١٩٩٠-٠١-١٥", "!bad_date"),
    ],
)
def test_date_of_birth(typed: str, kept: str):
    assert one("date_of_birth", typed) == kept


@pytest.mark.parametrize(
    ("kind", "number", "kept"),
    [
        ("passport", "xk 123456", "XK123456"),
        ("passport", "123456789", "123456789"),
        ("passport", "1234", "!too_short"),
        ("passport", "1" * 21, "!too_long"),
        ("passport", "12_456", "!bad_document_number"),
        ("national_id", "1.020.333-4", "1.020.333-4"),
        ("National ID", "12", "!too_short"),
        ("foreigner_id", "ＡＢ１２３４", "AB1234"),
        ("other", "1", "1"),
        ("", "Ж-77/8", "Ж-77/8"),
        ("carnet de extranjería", "x#1", "X#1"),
        ("other", "---", "!bad_document_number"),
        ("other", "a\x07b", "!bad_characters"),
        ("other", "=1+1", "!bad_document_number"),
        ("other", "1" * 41, "!too_long"),
    ],
)
def test_document_number_by_type(kind: str, number: str, kept: str):
    details, problems = check_details(
        {"first_name": "Ann", "document_type": kind, "document_number": number}, today=TODAY
    )
    assert ("!" + problems["document_number"] if details is None else details.document_number) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Passport", "passport"),
        ("foreigner-id", "foreigner_id"),
        ("carnet de extranjería", "carnet de extranjería"),
        ("CE", "CE"),
        ("x" * 41, "!too_long"),
        ("<script>", "!bad_document_type"),
    ],
)
def test_document_type_of_another_system_is_kept(typed: str, kept: str):
    assert one("document_type", typed) == kept


def test_a_field_that_does_not_exist_is_our_bug():
    with pytest.raises(ValueError, match="nickname"):
        check_details({"first_name": "Ann", "nickname": "A"})


def test_problem_codes_are_keys_of_the_text():
    for language in LANGUAGES:
        assert {f"problem.{code}" for code in PROBLEMS} <= set(texts_of(language))


def written(folder: Path, content: object) -> Path:
    path = folder / "details.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


SEED = {
    "id": "person_123456789",
    "firstName": "John",
    "lastName": "Doe",
    "email": "john.doe@example.com",
    "phone": "+1234567890",
    "dateOfBirth": "1990-01-15",
    "documentType": "passport",
    "documentNumber": "123456789",
    "verificationStatus": "verified",
    "createdAt": "2024-01-15T10:30:00Z",
    "updatedAt": "2024-01-15T10:30:00Z",
}


def test_the_seeds_own_example_is_a_details_file(tmp_path: Path):
    assert read_details(written(tmp_path, SEED), today=TODAY) == Details(
        first_name="John",
        last_name="Doe",
        email="john.doe@example.com",
        phone="+1234567890",
        date_of_birth="1990-01-15",
        document_type="passport",
        document_number="123456789",
    )


def test_a_file_with_a_byte_order_mark_and_nothing_for_some_fields(tmp_path: Path):
    path = written(tmp_path, '\ufeff{"firstName": "Ann", "email": null, "phone": ""}')
    assert read_details(path) == Details(first_name="Ann")


def test_a_change_needs_only_what_changes(tmp_path: Path):
    base = Details(first_name="Ann", last_name="Lee", email="a@example.org")
    assert read_details(written(tmp_path, {"lastName": "Li", "email": None}), base=base) == Details(
        first_name="Ann", last_name="Li"
    )


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_details(path, today=TODAY)
    assert caught.value.code is Code.DETAILS_INVALID
    assert caught.value.exit_status == 2
    return caught.value.detail


def test_all_problems_of_a_file_are_named_and_no_value_is(tmp_path: Path):
    detail = refused(
        written(
            tmp_path,
            {
                "email": "secret-at-home",
                "documentNumber": 77441,
                "nickname": "Zed",
                "dateOfBirth": "2030-01-01",
                "biometricData": {"faceImage": "aGVsbG8="},
            },
        )
    )
    assert "firstName: is needed" in detail
    assert "email: is not an e-mail address" in detail
    assert "documentNumber: must be text" in detail
    assert "'nickname': is not a known field" in detail
    assert "dateOfBirth: is in the future" in detail
    assert "biometricData: pictures are not taken" in detail
    assert not any(value in detail for value in ("secret", "77441", "Zed", "2030", "aGVs"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is not JSON"),
        ('{"firstName": "Ann"', "is not JSON at line 1"),
        ("[" * 60000, "is not JSON"),
        ("[]", "must be one JSON object"),
        ('"Ann"', "must be one JSON object"),
        ('{"firstName": "Ann", "firstName": "Bob"}', "'firstName': is there twice"),
        ('{"firstName": ["Ann"]}', "firstName: must be text"),
        ('{"firstName": {"a": "b"}}', "firstName: must be text"),
        ('{"firstName": "\\ud800"}', "firstName: has characters"),
        ('{"firstName": "' + "A" * 70000 + '"}', "is larger than"),
    ],
)
def test_files_that_are_no_details(tmp_path: Path, content: str, said: str):
    assert said in refused(written(tmp_path, content))


def test_a_file_that_is_not_text(tmp_path: Path):
    path = tmp_path / "details.json"
    path.write_bytes(b"\xff\xfe\x00\x00")
    assert "is not UTF-8" in refused(path)


def test_a_folder_is_no_details_file(tmp_path: Path):
    assert "cannot be read" in refused(tmp_path)


def test_a_missing_file_is_missing(tmp_path: Path):
    with pytest.raises(InputError) as caught:
        read_details(tmp_path / "none.json")
    assert caught.value.code is Code.FILE_MISSING


def table(folder: Path, content: str) -> Path:
    path = folder / "people.csv"
    path.write_text(content, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("comma", [",", ";"])
def test_a_table_of_people(tmp_path: Path, end: str, comma: str):
    lines = ["firstName,image,lastName", "Ann,ann.jpg,Lee", "", ",,", "José,jo sé.png,"]
    rows = read_people_csv(table(tmp_path, "\ufeff" + end.join(lines).replace(",", comma) + end))
    assert [(row.line, row.details, row.image) for row in rows] == [
        (2, Details(first_name="Ann", last_name="Lee"), "ann.jpg"),
        (5, Details(first_name="José"), "jo sé.png"),
    ]


def table_refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_people_csv(path, today=TODAY)
    assert caught.value.code is Code.TABLE_INVALID
    return caught.value.detail


def test_problems_of_a_table_come_by_line(tmp_path: Path):
    detail = table_refused(
        table(
            tmp_path,
            "firstName,email,image\nAnn,nope,a.jpg\nBob,b@example.org,\n,,c.jpg\nDee,d@example.org,../d.jpg\nEve,e\n",
        )
    )
    assert "line 2: email: is not an e-mail address" in detail
    assert "line 3: image: is needed" in detail
    assert "line 4: firstName: is needed" in detail
    assert "line 5: image: must be a file name without a folder" in detail
    assert "line 6: has 2 cells where the header has 3" in detail
    assert "nope" not in detail


@pytest.mark.parametrize("image", ["/etc/passwd", "..", ".", "a/b.jpg", "a\\b.jpg", "C:x.jpg", "C:\\x.jpg"])
def test_a_picture_never_leaves_its_folder(tmp_path: Path, image: str):
    assert "image: must be a file name" in table_refused(table(tmp_path, f"firstName,image\nAnn,{image}\n"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "line 1: firstName: the column is missing"),
        ("firstName\nAnn\n", "line 1: image: the column is missing"),
        ("firstName,image,shoe size\nAnn,a.jpg,4\n", "'shoe size': is not a known column"),
        ("firstName,image,image\nAnn,a.jpg,b.jpg\n", "image: is there twice"),
        ("firstName,image\n", "there is nobody in it"),
        ('firstName,image\n"Ann,a.jpg\n', "is not a line of a table"),
    ],
)
def test_tables_that_are_none(tmp_path: Path, content: str, said: str):
    assert said in table_refused(table(tmp_path, content))


def test_a_long_list_of_problems_is_cut(tmp_path: Path):
    detail = table_refused(table(tmp_path, "firstName,image\n" + ",a.jpg\n" * 50))
    assert "and 30 more" in detail


def test_a_missing_table_is_missing(tmp_path: Path):
    with pytest.raises(InputError) as caught:
        read_people_csv(tmp_path / "none.csv")
    assert caught.value.code is Code.FILE_MISSING


def test_a_stations_country_spares_the_code_of_its_phones_and_keeps_other_documents() -> None:
    check = checks_at("CO")
    details, problems = check({"first_name": "Ana", "phone": "300 123 4567"})
    assert (details.phone if details else "", problems) == ("+573001234567", {})
    abroad = {"first_name": "Ana", "document_type": "national_id", "document_number": "12345678-Z"}
    assert check(abroad)[1] == {}, "a record that is edited does not say where its document is from"
    assert check({**abroad, "document_country": ""})[1] == {"document_number": "bad_cedula_co"}
    assert check({**abroad, "document_country": "ES"})[1] == {}
    assert checks_at("")({"first_name": "Ana", "phone": "300 123 4567"})[1] == {"phone": "bad_phone"}
