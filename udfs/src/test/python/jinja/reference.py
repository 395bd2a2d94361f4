"""Renders a chat template the way transformers does, at a fixed moment."""

import copy
import datetime

import jinja2
import jinja2.sandbox
from transformers.utils import chat_template_utils

NOW = datetime.datetime(2025, 7, 4, 9, 5, 3)


class FixedDatetime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


chat_template_utils.datetime = FixedDatetime


def remainder(left, right):
    """Turnmill has no percent formats, which no published template uses: they are errors here, too."""
    if isinstance(left, str):
        raise TypeError("percent formats are left out")
    return left % right


jinja2.sandbox.SandboxedEnvironment.intercepted_binops = frozenset({"%"})
jinja2.sandbox.SandboxedEnvironment.default_binop_table = {**jinja2.sandbox.SandboxedEnvironment.default_binop_table, "%": remainder}


def render(template, variables):
    """{"text": …}, {"refused": …} for the template's own exception, or {"error": kind}."""
    try:
        compiled = chat_template_utils._compile_jinja_template(template)
        return {"text": compiled.render(**copy.deepcopy(variables))}
    except jinja2.exceptions.TemplateError as e:
        if type(e) is jinja2.exceptions.TemplateError:
            return {"refused": str(e.message)}
        return {"error": type(e).__name__}
    except Exception as e:
        return {"error": type(e).__name__}
