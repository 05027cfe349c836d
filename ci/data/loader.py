# The end of the program: what stands above it is SOURCES, the modules of pipeline_data by name, from the ground up (program.ts).
# Modules and not one long text: names of an application's own (files, compare) must not meet ours where both are loaded (locate).
import sys
import types

package = sys.modules['pipeline_data'] = types.ModuleType('pipeline_data')
package.__path__ = []
package.SOURCES = SOURCES  # noqa: F821
for name, source in SOURCES.items():  # noqa: F821
    module = sys.modules[f'pipeline_data.{name}'] = types.ModuleType(f'pipeline_data.{name}')
    setattr(package, name, module)
    exec(compile(source, f'pipeline_data/{name}.py', 'exec'), module.__dict__)
sys.exit(package.main.main(sys.argv[1:]))
