"""Loading: a scenario of 1 MB against parsing it as YAML and no more."""

import json
import sys
import tempfile
import time

import clock
import ours
import peers


def one(who, file):
    begun = time.process_time()
    with open(file) as source:
        text = source.read()
    if who == "ruamel":
        from ruamel.yaml import YAML

        YAML(typ="safe", pure=True).load(text)
    else:
        import yaml

        yaml.load(text, getattr(yaml, who))
    print(json.dumps({"took": time.process_time() - begun}))


def main(rounds):
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/large.yaml"
        with open(file, "w") as out:
            out.write(clock.call([ours.stages(), "large"]).said)
        commands = {
            "stages": [ours.stages(), "loading", file],
            "demarche check": [ours.command(), "check", file],
        }
        if absent := peers.missing("yaml"):
            peers.skip("loading with PyYAML", absent)
        else:
            import yaml

            commands["PyYAML, pure Python"] = clock.child("loading.py", "SafeLoader", file)
            if hasattr(yaml, "CSafeLoader"):
                commands["PyYAML over libyaml"] = clock.child("loading.py", "CSafeLoader", file)
        if absent := peers.missing("ruamel.yaml"):
            peers.skip("loading with ruamel.yaml", absent)
        else:
            commands["ruamel.yaml, pure Python"] = clock.child("loading.py", "ruamel", file)
        calls = clock.side_by_side(commands, rounds)
    stage = lambda key: clock.least(calls["stages"], clock.said(key))
    plain, load, compiling = stage("plain"), stage("load"), stage("compile")
    rows = [
        ["serde-saphyr into a plain tree", clock.seconds(plain), f"{plain / load:.2f}"],
        ["Demarche: tree with places, merged, decoded", clock.seconds(load), "1"],
        ["Demarche: resolved, typed, ground, besides", clock.seconds(compiling), f"{compiling / load:.2f}"],
        ["demarche check, whole process", clock.seconds(clock.least(calls["demarche check"])), f"{clock.least(calls['demarche check']) / load:.2f}"],
    ]
    for name in list(commands)[2:]:
        took = clock.least(calls[name], clock.said("took"))
        rows.append([name, clock.seconds(took), f"{took / load:.2f}"])
    size = clock.said("bytes")(calls["stages"][0])
    clock.table(f"Loading a scenario of {size / 1e6:.2f} MB", ["", "time", "of our loading"], rows)
    return False


if __name__ == "__main__":
    if "--one" in sys.argv:
        one(sys.argv[2], sys.argv[3])
    else:
        sys.exit(main(3))
