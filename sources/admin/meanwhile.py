"""What was saved while a form was open, beside what was typed into it.

A form carries a fingerprint of every field that it shows. When another save came first, the page
is made anew from what is saved; over it is laid what its editor had changed, and only that.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.utils import display_for_field, display_for_value
from django.db.models import Field, Model, QuerySet
from django.utils.text import capfirst

from sources.admin.opened import fingerprint
from sources.wall_clock import WallClockForm, on_the_clock

_LENGTH = 12
NOTHING = "nothing"

# For the key of each row: its fingerprints one after the other, in the order of Part.names.
Prints = dict[str, str]


@dataclass(frozen=True)
class Part:
    """The rows of one table that a form shows, and those fields of theirs that it can change."""

    rows: QuerySet[Any]
    names: list[str]
    # What is saved in fields that are no columns, by name.
    beside: dict[str, Any] = field(default_factory=dict)

    def prints(self, *, lock: bool) -> Prints:
        """As they are saved; locked until the transaction ends, if asked for."""
        meta = self.rows.model._meta
        columns = [name for name in self.names if name not in self.beside]
        many = [name for name in columns if meta.get_field(name).many_to_many]
        rows = self.rows.select_for_update(no_key=True) if lock else self.rows
        single = [name for name in columns if name not in many]
        found = {row["pk"]: row for row in rows.order_by("pk").values("pk", *single)}
        for name in many:
            linked = self.rows.order_by().values_list("pk", name)
            for pk, row in found.items():
                row[name] = sorted(other for one, other in linked if one == pk and other)
        return {str(pk): self._joined(row) for pk, row in found.items()}

    def _joined(self, row: dict[str, Any]) -> str:
        row |= self.beside
        return "".join(fingerprint(row[name])[:_LENGTH] for name in self.names)

    def by_name(self, prints: str | None) -> dict[str, str]:
        """The fingerprint of each field; empty where there are none that fit."""
        if prints is None or len(prints) != _LENGTH * len(self.names):
            return {}
        return {
            name: prints[number * _LENGTH : (number + 1) * _LENGTH]
            for number, name in enumerate(self.names)
        }


def part(
    rows: QuerySet[Any], form: type[forms.ModelForm[Any]], beside: dict[str, Any] | None = None
) -> Part:
    """What `form` can change in each of `rows`."""
    beside = beside or {}
    fields: dict[str, forms.Field] = form.base_fields
    meta = rows.model._meta
    columns = {column.name for column in (*meta.fields, *meta.many_to_many)}
    known = columns | beside.keys()
    names = [name for name in fields if name in known and not fields[name].disabled]
    return Part(rows, names, beside)


def mark_of_parts(parts: dict[str, Part], *, lock: bool) -> str:
    return json.dumps({name: one.prints(lock=lock) for name, one in parts.items()})


def read_mark(mark: str) -> dict[str, Prints]:
    """What a mark says of each part; nothing where it is none, as anything may be sent."""
    try:
        found = json.loads(mark)
    except (ValueError, RecursionError):
        return {}
    return {
        name: {pk: prints for pk, prints in rows.items() if isinstance(prints, str)}
        for name, rows in (found.items() if isinstance(found, dict) else ())
        if isinstance(rows, dict)
    }


@dataclass(frozen=True)
class Difference:
    """One field: what is saved now, what this editor typed, and who of the two changed it."""

    label: str
    saved: str
    typed: str
    theirs: bool
    mine: bool


@dataclass(frozen=True)
class RowDifferences:
    heading: str
    event: str
    fields: list[Difference]


def lay_over(
    part: Part, opened: str | None, typed: forms.ModelForm[Any], fresh: forms.ModelForm[Any]
) -> list[Difference]:
    """Put into `fresh` what the editor changed in `typed`; tell every field that differs."""
    was = part.by_name(opened)
    differences = []
    for name in part.names:
        if name not in fresh.fields or name not in typed.fields or typed.fields[name].disabled:
            continue
        now, wanted = _saved(part, fresh.instance, name), _wanted(typed, name)
        theirs = was.get(name, now) != now
        mine = wanted != was.get(name, now)
        if mine and wanted != now:
            fresh.initial[name] = typed[name].data
        if theirs or wanted != now:
            differences.append(
                Difference(
                    _label(fresh, name),
                    _in_words(fresh, name, _value(part, fresh.instance, name)),
                    _typed_in_words(typed, name),
                    theirs,
                    mine,
                )
            )
    return differences


def lay_over_all(typed: forms.ModelForm[Any], fresh: forms.ModelForm[Any]) -> None:
    """Put all that was typed into a form for a new row."""
    for name in fresh.fields.keys() & typed.fields.keys():
        fresh.initial[name] = typed[name].data


def lay_over_rows(
    part: Part,
    opened: Prints,
    typed: forms.BaseInlineFormSet[Any, Any, Any],
    fresh: forms.BaseInlineFormSet[Any, Any, Any],
) -> list[RowDifferences]:
    """Put into `fresh` what was typed into the rows; tell every row that differs.

    A row that another editor deleted comes again, as a new one, where this editor had changed it.
    """
    saved = {str(form.instance.pk) for form in fresh.initial_forms}
    _add_rows(fresh, [one for one in typed.forms if _comes_again(part, opened, saved, one)])
    sent = {_key(form): form for form in typed.forms}
    kind = capfirst(str(part.rows.model._meta.verbose_name))
    differences = []
    for form in fresh.initial_forms:
        key = str(form.instance.pk)
        if key in sent:
            found = lay_over(part, opened.get(key), sent[key], form)
            if _deleted(sent[key]):
                form.initial["DELETE"] = True
            if found:
                event = "You marked it to be deleted." if _deleted(sent[key]) else ""
                differences.append(RowDifferences(f"{kind}: {form.instance}", event, found))
        elif opened and key not in opened:
            heading = f"{kind}: {form.instance}"
            differences.append(RowDifferences(heading, "Added meanwhile.", _as_saved(part, form)))
    for key in opened.keys() - saved:
        own = sent.get(key)
        rows = _as_typed(part, own) if own else []
        differences.append(RowDifferences(kind, "Deleted meanwhile.", rows))
    return differences


def lay_over_new_rows(
    typed: forms.BaseInlineFormSet[Any, Any, Any], fresh: forms.BaseInlineFormSet[Any, Any, Any]
) -> None:
    """Put all rows that were typed into a formset of new rows."""
    _add_rows(fresh, [form for form in typed.forms if form.has_changed() and not _deleted(form)])


def _add_rows(
    fresh: forms.BaseInlineFormSet[Any, Any, Any], typed: list[forms.ModelForm[Any]]
) -> None:
    """Give `fresh` as many empty rows as it needs, and put one of `typed` into each."""
    fresh.extra += len(typed)
    fresh.max_num = max(fresh.max_num, fresh.initial_form_count() + fresh.extra)
    # They are built already, without those.
    del fresh.forms
    for row, form in zip(typed, fresh.extra_forms, strict=False):
        own = {row.instance._meta.pk.name, fresh.fk.name}
        for name in row.fields.keys() - own:
            form.initial[name] = row[name].data


def _key(form: forms.ModelForm[Any]) -> str:
    """Of the row that a form of an inline was opened for; empty for a new one."""
    return str(form[form.instance._meta.pk.name].data or "")


def _deleted(form: forms.ModelForm[Any]) -> bool:
    return "DELETE" in form.fields and bool(form["DELETE"].data)


def _comes_again(part: Part, opened: Prints, saved: set[str], form: forms.ModelForm[Any]) -> bool:
    """Whether what stands in it is nowhere saved, and would be lost."""
    key = _key(form)
    if key in saved or _deleted(form):
        return False
    was = part.by_name(opened.get(key))
    if not was:
        return form.has_changed()
    return any(_wanted(form, name) != was[name] for name in part.names if name in form.fields)


def _saved(part: Part, row: Model, name: str) -> str:
    """The fingerprint of what is saved, without asking the database for the row of a key."""
    column = None if name in part.beside else row._meta.get_field(name)
    if isinstance(column, Field) and not column.many_to_many:
        return _print(getattr(row, column.attname))
    return _print(_value(part, row, name))


def _value(part: Part, row: Model, name: str) -> Any:
    if name in part.beside:
        return part.beside[name]
    value = getattr(row, name)
    return value.all() if row._meta.get_field(name).many_to_many else value


def _print(value: Any) -> str:
    return fingerprint(value)[:_LENGTH]


def _wanted(form: forms.ModelForm[Any], name: str) -> str:
    """The fingerprint of what was typed; that of no value where it cannot be read."""
    readable = name not in form.errors and name in form.cleaned_data
    return _print(form.cleaned_data[name]) if readable else ""


def _as_saved(part: Part, form: forms.ModelForm[Any]) -> list[Difference]:
    values = (
        (name, _value(part, form.instance, name)) for name in part.names if name in form.fields
    )
    return [
        Difference(_label(form, name), _in_words(form, name, value), "", theirs=True, mine=False)
        for name, value in values
        if value not in (None, "")
    ]


def _as_typed(part: Part, form: forms.ModelForm[Any]) -> list[Difference]:
    return [
        Difference(_label(form, name), "", _typed_in_words(form, name), theirs=True, mine=False)
        for name in part.names
        if name in form.fields and form[name].data
    ]


def _label(form: forms.ModelForm[Any], name: str) -> str:
    return capfirst(str(form.fields[name].label or name))


def _typed_in_words(form: forms.ModelForm[Any], name: str) -> str:
    """As it was read; where it cannot be read, letter by letter."""
    if _wanted(form, name):
        return _in_words(form, name, form.cleaned_data[name])
    sent = form[name].data
    return " ".join(map(str, sent)) if isinstance(sent, list) else str(sent)


def _in_words(form: forms.ModelForm[Any], name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value in (None, ""):
        return NOTHING
    if isinstance(value, QuerySet | list):
        return ", ".join(map(str, value)) or NOTHING
    if isinstance(value, datetime) and isinstance(form, WallClockForm) and name in form.wall_clock:
        value = on_the_clock(value, (form.is_bound and form.typed_zone()) or form.shown_zone)
    columns = {column.name: column for column in form.instance._meta.fields}
    if name not in columns:
        return str(display_for_value(value, NOTHING))
    return str(display_for_field(value, columns[name], NOTHING))
