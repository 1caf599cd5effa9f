"""Which of the others are here, and how Storm and ProbLog are asked."""

import importlib.metadata
import importlib.util

PACKAGES = {
    "stormpy": "stormpy",
    "problog": "problog",
    "pysdd": "PySDD",
    "clingo": "clingo",
    "ema_workbench": "ema_workbench",
    "mesa": "mesa",
    "yaml": "PyYAML",
    "ruamel.yaml": "ruamel.yaml",
}


def missing(*modules):
    """Says which of these modules are not installed; empty if all are."""
    absent = []
    for module in modules:
        try:
            found = importlib.util.find_spec(module)
        except ModuleNotFoundError:
            found = None
        if found is None:
            absent.append(PACKAGES[module])
    return absent


def skip(what, absent):
    print(f"SKIPPED: {what}: not installed: {', '.join(absent)}", flush=True)


def versions():
    """The peers that are installed, with their versions."""
    found = []
    for package in PACKAGES.values():
        try:
            found.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{package} absent")
    return ", ".join(found)


class Storm:
    """A Markov chain in PRISM's language, built and checked by Storm's sparse engine."""

    def __init__(self, text):
        import tempfile

        import stormpy

        self.stormpy = stormpy
        with tempfile.NamedTemporaryFile("w", suffix=".pm") as file:
            file.write(text)
            file.flush()
            self.program = stormpy.parse_prism_program(file.name)

    def check(self, *formulas, exact=False):
        """One figure for each formula, at the initial state; with doubles, or `exact` with rational numbers.

        Formulas should bound the number of steps: then Storm multiplies as often and stops. Without a bound it may iterate, and
        with doubles stop at a relative error of 1e-6.
        """
        stormpy = self.stormpy
        properties = stormpy.parse_properties(";".join(formulas), self.program)
        number = stormpy.Rational if exact else float
        model = stormpy.build_model[number](self.program, properties)
        told = [stormpy.model_checking(model, asked) for asked in properties]
        return [float(one.get_value(model.initial_states[0])) for one in told]


def problog(text):
    """The probability of each query of a ProbLog program, by its text; compiled to a sentential decision diagram, the
    faster of the two ways tried on C (the other, d-DNNF, took minutes for six guarantors)."""
    from problog import get_evaluatable
    from problog.program import PrologString

    told = get_evaluatable("sdd").create_from(PrologString(text)).evaluate()
    return {str(query): value for query, value in told.items()}
