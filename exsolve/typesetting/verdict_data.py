"""Verdicts as plain data, as INTERFACE fixes it for programs."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from exsolve.errors import Problem
from exsolve.solution import Formula, Value
from exsolve.typesetting.json_data import formula_data, value_data
from exsolve.verdicts import Marked, MarkedAnswer, MarkedExercise

FORMAT = 1


def marked_data(marked: Marked) -> dict[str, Any]:
    """What is found of a file: of an exercise, or of a set with all its exercises."""
    problems = [_problem(one) for one in marked.problems]
    if not marked.set and len(marked.exercises) == 1:
        return {
            "format": FORMAT,
            **exercise_data(marked.exercises[0]),
            "all_right": marked.all_right,
            "problems": problems,
        }
    return {
        "format": FORMAT,
        "set": marked.set,
        "title": marked.title,
        "score": points(marked.score),
        "out_of": points(marked.out_of),
        "open": points(marked.open),
        "all_right": marked.all_right,
        "exercises": [exercise_data(one) for one in marked.exercises],
        "problems": problems,
    }


def exercise_data(exercise: MarkedExercise) -> dict[str, Any]:
    """An exercise with its answers in order."""
    return {
        "exercise": exercise.exercise,
        "title": exercise.title,
        "score": points(exercise.score),
        "out_of": points(exercise.out_of),
        "open": points(exercise.open),
        "first_error": exercise.first_error,
        "parts": [
            {
                "id": part.id,
                "score": points(part.score),
                "out_of": points(part.points),
                "open": points(part.open),
            }
            for part in exercise.parts
        ],
        "answers": [_answer(answer) for answer in exercise.answers],
    }


def points(number: Fraction) -> int | float:
    """Points as a number, an integer where they are one."""
    return int(number) if number.denominator == 1 else float(number)


def _answer(answer: MarkedAnswer) -> dict[str, Any]:
    return {
        "name": answer.name,
        "part": answer.part,
        "sort": answer.sort,
        "verdict": answer.verdict,
        "credit": float(answer.credit),
        "score": points(answer.score),
        "out_of": points(answer.points),
        "open": answer.open,
        "given": answer.given,
        "understood": answer.understood,
        "expected": _value(answer.expected),
        "cells": [
            {
                "index": list(cell.place),
                "given": cell.given,
                "expected": cell.expected,
                "verdict": cell.verdict,
            }
            for cell in answer.cells
        ],
        "because": answer.because,
        "slips": [{"name": slip.name, "says": slip.says, "at": slip.at} for slip in answer.slips],
        "message": answer.message,
        "problem": _problem(answer.problem) if answer.problem is not None else None,
    }


def _value(value: Value | Formula | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return formula_data(value) if isinstance(value, Formula) else value_data(value)


def _problem(problem: Problem) -> dict[str, Any]:
    place = problem.position
    return {
        "message": problem.message,
        "expected": problem.expected,
        "found": problem.found,
        "hint": problem.hint,
        "file": place.file if place else "",
        "line": place.line if place else None,
        "column": place.column if place else None,
    }
