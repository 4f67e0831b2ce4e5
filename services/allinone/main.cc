// marquee: all four services in one process.
#include <cstdlib>
#include <string>

#include "libs/app/program.h"
#include "services/allinone/allinone.h"
#include "services/allinone/libraries.h"
#include "services/devices/devices_upkeep_module.h"

int main(int argc, char** argv) {
  // Before there are threads, so that reading the environment is safe.
  const auto environment = [](const std::string& name) {
    const char* const value = getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    return std::string(value != nullptr ? value : "");
  };
  if (const auto done = marquee::devices::RunUpkeep(argc, argv, environment)) return *done;
  namespace app = marquee::app;
  marquee::allinone::AllInOneSettings settings;
  app::ProgramSpec spec;
  spec.name = "marquee";
  spec.summary = "turns screens into living poster walls; all services in one process";
  spec.settings = &settings;
  spec.flags = {{.name = "data-dir",
                 .value = "DIR",
                 .help = "where everything that is kept is kept (./data)",
                 .setting = "data_dir"},
                {.name = "posters",
                 .value = "DIR",
                 .help = "show the pictures of this folder; may be repeated",
                 .repeatable = true},
                {.name = "listen",
                 .value = "HOST:PORT",
                 .help = "where displays connect (127.0.0.1:4000); port 0 picks a free one",
                 .setting = "listen"},
                {.name = "forget-secrets",
                 .help = "begin with a new secrets.key where the old one is lost: stored tokens, "
                         "passwords and second factors are erased"}};
  spec.adjust = [&settings](const app::CommandLine& flags) {
    return marquee::allinone::AddLibraries(flags.values("posters"),
                                           marquee::allinone::DemoLibrary(), settings);
  };
  spec.start = [&settings](const app::Context& context) {
    return marquee::allinone::StartAllInOne(settings, context);
  };
  return app::RunProgram(argc, argv, spec);
}
