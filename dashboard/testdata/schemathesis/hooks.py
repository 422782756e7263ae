"""What cannot be said in a schema: forms that only the server can make. Half of the ids that are tried exist."""
import schemathesis
from hypothesis import strategies as st

schemathesis.openapi.format("cursor", st.just(""))  # the first page
schemathesis.openapi.format("position", st.just(""))
schemathesis.openapi.format("wait", st.sampled_from(["0s", "50ms", "0.1s"]))
schemathesis.openapi.format("ticket", st.text(alphabet="abcXYZ019-_", min_size=1, max_size=80))
KNOWN = {"policies": ["P-1", "P-2"], "buyers": ["b-0", "b-1", "b-2"], "groups": ["G"]}


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    for name, ids in KNOWN.items():
        if path_parameters and f"/{name}/{{id}}" in context.operation.path and len(str(path_parameters.get("id", ""))) % 2:
            path_parameters["id"] = ids[len(str(path_parameters["id"])) % len(ids)]
    return path_parameters
