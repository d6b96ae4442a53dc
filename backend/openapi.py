"""The operation objects of the OpenAPI document, from what an endpoint declares."""

from typing import Any

from marshmallow import Schema

_PAGING = {
    name: {"type": "integer", "description": "Of paged lists"} for name in ("total", "page", "page_size")
}


def describe_operation(
    *,
    permission: str,
    security: list[dict[str, list[str]]],
    takes_key: bool,
    key_required: bool,
    body: type[Schema] | None,
    upload: str | None,
    query: type[Schema] | None,
    out: type[Schema] | None,
    many: bool,
    status: int,
    file: str | None,
) -> dict[str, Any]:
    """What flask-smorest merges into the document; schemas stand as classes, which apispec resolves."""
    answer: Any = {"application/json": {"schema": _envelope(out, many)}}
    if file is not None:
        answer = {file: {"schema": {"type": "string", "format": "binary"}}}
    failure = {"description": "Refused", "content": {"application/json": {"schema": "Failure"}}}
    document: dict[str, Any] = {
        "responses": {str(status): {"description": "OK", "content": answer}, "default": failure},
        "x-permission": permission,
        "security": security,
    }
    parameters: list[Any] = []
    if query is not None:
        parameters.append({"in": "query", "schema": query})
    if takes_key:
        parameters.append("RequiredIdempotencyKey" if key_required else "IdempotencyKey")
    if parameters:
        document["parameters"] = parameters
    if body is not None:
        document["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if upload is not None:
        document["requestBody"] = {"required": True, "content": {"multipart/form-data": _one_file(upload)}}
    return document


def _one_file(field: str) -> dict[str, Any]:
    properties = {field: {"type": "string", "format": "binary"}}
    return {"schema": {"type": "object", "required": [field], "properties": properties}}


def _envelope(out: type[Schema] | None, many: bool) -> dict[str, Any]:
    content: Any = out or {"type": "object", "nullable": True}
    if many:
        rows = {"type": "array", "items": content}
        content = {"type": "object", "required": ["list"], "properties": {"list": rows, **_PAGING}}
    return {
        "type": "object",
        "required": ["code", "msg", "data", "request_id"],
        "properties": {
            "code": {"type": "integer", "enum": [0]},
            "msg": {"type": "string"},
            "data": content,
            "request_id": {"type": "string"},
        },
    }
