"""Identity numbers and disability certificates: every form accepted, every one refused."""

from __future__ import annotations

from datetime import date

import pytest

from calc.households.dates import day_of, day_text, read_day
from calc.households.identity_numbers import (
    DisabilityCertificate,
    IdentityNumber,
    check_digit,
    mask,
    mask_in,
    read_disability_certificate,
    read_identity_number,
)
from tests.households.conftest import number

ANN = "11010519491231002X"
OLD = "440524188001010014"


def test_the_examples_of_the_standard():
    assert read_identity_number(ANN) == IdentityNumber(ANN, 19491231, "female")
    assert read_identity_number(OLD) == IdentityNumber(OLD, 18800101, "male")
    assert check_digit("11010519491231002") == "X" and check_digit("44052418800101001") == "4"


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "１１０１０５１９４９１２３１００２ｘ",
        " 110105 19491231 002X ",
        "\u3000110105\u200b19491231002X\ufeff",
        "'11010519491231002X",
        "’11010519491231002X",
        "110105\n19491231\t002X",
    ],
)
def test_forms_in_which_people_write_a_number(written):
    assert read_identity_number(written) == IdentityNumber(ANN, 19491231, "female")


def test_whole_numbers_are_read_as_their_digits():
    assert read_identity_number(int(OLD)) == IdentityNumber(OLD, 18800101, "male")


def test_all_check_digits_by_the_other_formula():
    seen = set()
    for at in range(200):
        digits = f"43060219900101{at:03d}"
        assert check_digit(digits) == number(digits)[-1]
        seen.add(check_digit(digits))
        read = read_identity_number(number(digits))
        assert isinstance(read, IdentityNumber)
        assert read.sex == ("male" if at % 2 else "female")
    assert seen == set("0123456789X")


def test_fifteen_digits_become_eighteen():
    expected = number("43060219900228123")
    assert read_identity_number("430602900228123") == IdentityNumber(expected, 19900228, "male")
    assert read_identity_number(430602900228122) == IdentityNumber(number("43060219900228122"), 19900228, "female")


def test_every_single_wrong_digit_is_found():
    good = number("43060219900101123")
    for at in range(18):
        for digit in "0123456789":
            if digit != good[at]:
                bad = good[:at] + digit + good[at + 1 :]
                assert isinstance(read_identity_number(bad), tuple), bad


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "it has 0 characters where 18 are needed"),
        ("4306021990010112", "it has 16 characters where 18 are needed"),
        (number("43060219900101123") + "0", "it has 19 characters where 18 are needed"),
        ("4306021990010112AB", "it holds something other than digits and a last X"),
        ("43060219900101123A", "it holds something other than digits and a last X"),
        ("X30602199001011234", "it holds something other than digits and a last X"),
        ("43060290010112X", "it holds something other than digits and a last X"),
        ("٤30602199001011234", "it holds something other than digits and a last X"),
        (number("03060219900101123"), "it does not begin with an area code"),
        (number("43060219900230123"), "the digits of the birth date are not a day"),
        (number("43060219901301123"), "the digits of the birth date are not a day"),
        (number("43060219900100123"), "the digits of the birth date are not a day"),
        (number("43060219000229123"), "the digits of the birth date are not a day"),
        (number("43060218491231123"), "the digits of the birth date are not a day"),
        ("430602900230123", "the digits of the birth date are not a day"),
        ("430602199001011231", "the check digit does not fit"),
        ("4.30602E+17", "a spreadsheet has cut its digits; keep the column as text"),
        ("4.30602e17", "a spreadsheet has cut its digits; keep the column as text"),
        ("430602199001011000", "a spreadsheet has cut its digits; keep the column as text"),
        (430602199001011000, "a spreadsheet has cut its digits; keep the column as text"),
        ("430602900101997", "of 15 digits and ambiguous in its century; give all 18"),
    ],
)
def test_refused(written, reason):
    read = read_identity_number(written)
    assert isinstance(read, tuple)
    assert read[0] == reason
    assert not read[1].isascii(), "a Chinese sentence"


def test_a_real_number_may_end_in_three_zeros():
    good = next(one for one in (number(f"4306021990010{at:03d}0") for at in range(100, 999)) if one.endswith("000"))
    assert isinstance(read_identity_number(good), IdentityNumber)


def test_the_earliest_birth_date():
    assert isinstance(read_identity_number(number("43060218500101123")), IdentityNumber)


def test_29_february():
    assert isinstance(read_identity_number(number("43060220000229123")), IdentityNumber)


def test_reasons_do_not_repeat_the_number():
    for written in ("430602199001011231", "4306021990010112AB", "430602900101997"):
        read = read_identity_number(written)
        assert isinstance(read, tuple)
        assert not any("0602" in side for side in read)


def test_certificates():
    ann = IdentityNumber(ANN, 19491231, "female")
    assert read_disability_certificate(ANN + "43") == DisabilityCertificate(ANN + "43", ann, 4, 3)
    assert read_disability_certificate(f"'{ANN.lower()} 7 1 b2") == DisabilityCertificate(ANN + "71B2", ann, 7, 1)
    assert read_disability_certificate(int(OLD + "11")) == DisabilityCertificate(
        OLD + "11", IdentityNumber(OLD, 18800101, "male"), 1, 1
    )


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (ANN, "it has 18 characters where 20 are needed: an identity number, type and level"),
        (ANN + "4", "it has 19 characters where 20 are needed: an identity number, type and level"),
        (ANN + "43C1", "it has 22 characters where 20 are needed: an identity number, type and level"),
        (ANN + "43B", "it has 21 characters where 20 are needed: an identity number, type and level"),
        (ANN + "83", "its type is 8, which is not 1 to 7"),
        (ANN + "03", "its type is 0, which is not 1 to 7"),
        (ANN + "45", "its level is 5, which is not 1 to 4"),
        (ANN + "40", "its level is 0, which is not 1 to 4"),
        ("11010519491231002143", "its identity number: the check digit does not fit"),
        ("1.10105E+19", "a spreadsheet has cut its digits; keep the column as text"),
    ],
)
def test_refused_certificates(written, reason):
    read = read_disability_certificate(written)
    assert isinstance(read, tuple)
    assert read[0] == reason
    assert not read[1].isascii()


def test_masks():
    assert mask("430602199001011234") == "430602********1234"
    assert mask("43060219900101123443") == "430602**********3443"
    assert mask("430602900101123") == "430602*****1123"
    assert mask("430602") == "43****" and mask("4") == "4" and mask("") == ""


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("id = 430602199001011234", "id = 430602********1234"),
        ("id = 43060219900101123x,", "id = 430602********123x,"),
        ("430602900101123", "430602*****1123"),
        ("430602 19900101 1234", "430602 ******** 1234"),
        ("430602-19900101-1234", "430602-********-1234"),
        ("19900101 430602199001011234", "19900101 430602********1234"),
        ("４３０６０２１９９００１０１１２３４", "４３０６０２＊＊＊＊＊＊＊＊１２３４"),
        ("43060219900101123443B1", "430602**********3443B1"),
        ("wage = 2500, born 1990-01-01", "wage = 2500, born 1990-01-01"),
        ("1234567890123456789012345", "1234567890123456789012345"),
    ],
)
def test_masks_within_a_text(text, masked):
    assert mask_in(text) == masked
    assert len(mask_in(text)) == len(text)


@pytest.mark.parametrize(
    "written",
    [
        "2022-06-01",
        "2022/6/1",
        "2022.6.1",
        "20220601",
        "2022年6月1日",
        "2022年6月",
        "2022年06月01日",
        "2022-06-01T00:00:00",
        "2022-06-01 00:00:00",
        "2022/6/1 0:00",
        "2022-06-01T00:00:00.000",
    ],
)
def test_days(written):
    assert read_day(written) == 20220601


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2022-06-31",
        "2022-13-01",
        "2022-00-10",
        "2022-06-00",
        "0000-01-01",
        "22-06-01",
        "01/06/2022",
        "2022-6/1",
        "2022-06-01T12:00:00",
        "2022-06-01T00:00:00Z",
        "202206011",
        "2022061",
        "44713",
        "2022年6",
        "2022年13月",
        "٢022-06-01",
        "2023-02-29",
        "1900-02-29",
        "2022-06-01x",
    ],
)
def test_no_days(written):
    assert read_day(written) is None


def test_every_day_of_some_years_and_no_other():
    for year in (1, 1900, 2000, 2023, 2024, 9999):
        for month in range(14):
            for day in range(33):
                try:
                    known = date(year, month, day)
                except ValueError:
                    assert day_of(year, month, day) is None
                else:
                    assert day_of(year, month, day) == int(f"{known.year}{known.month:02d}{known.day:02d}")
    assert day_of(0, 1, 1) is None and day_of(10000, 1, 1) is None


def test_leap_days_and_day_text():
    assert day_of(2000, 2, 29) == 20000229 and day_of(1900, 2, 29) is None and day_of(2024, 2, 29) == 20240229
    assert day_of(10000, 1, 1) is None and day_of(2022, 12, 31) == 20221231
    assert day_text(20220601) == "2022-06-01" and day_text(8010203) == "0801-02-03"


@pytest.mark.parametrize("text", ["7.0000000000000009", "0.1234567890123456", "900.3000000000001"])
def test_decimals_of_an_amount_are_no_number_of_a_person(text: str) -> None:
    assert mask_in(text) == text


@pytest.mark.parametrize("between", ["", " ", "-", "\u200b", "\u00a0", "\u3000", "\u202d"])
@pytest.mark.parametrize("around", ["{}", "{}.0", "id.{}", "号{}号", "x{}x", "{}E+1"])
def test_a_number_of_a_person_is_masked_whatever_is_in_or_around_it(between: str, around: str) -> None:
    text = around.format(between.join(["990000", "1981", "0215", "0049"]))
    assert "1981" not in mask_in(text) and len(mask_in(text)) == len(text)
