"""What the code can say to a person: the messages in its source, `{}` where a value stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

# The names of what carries a message to a person.
_CARRIERS = frozenset({"InputError", "NotFoundError", "NotPermittedError", "ConflictError", "StoreError", "Rejection"})


def messages_in(path: Path) -> set[str]:
    """The messages that errors in a module are made with, constants of the module filled in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = dict(_constants(tree))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    carried = (call.args[0] for call in calls if call.args and getattr(call.func, "id", "") in _CARRIERS)
    return {text for value in carried if (text := _text(value, constants))}


def texts_in(path: Path) -> set[str]:
    """Every text in a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = dict(_constants(tree))
    return {text for node in ast.walk(tree) if (text := _text(node, constants))}


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    known: dict[str, str] = {}
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            value = getattr(node, "value", None)
            if isinstance(target, ast.Name) and value is not None and (text := _text(value, known)):
                known[target.id] = text
                yield target.id, text


def _text(node: ast.AST, constants: dict[str, str]) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        return constants.get(node.id, "")
    if isinstance(node, ast.JoinedStr):
        return "".join(_part(part, constants) for part in node.values)
    return ""


def _part(node: ast.AST, constants: dict[str, str]) -> str:
    return (_text(node.value, constants) or "{}") if isinstance(node, ast.FormattedValue) else _text(node, constants)
