// marquee: all four services in one process.
#include <cstdlib>
#include <string>

#include "libs/app/program.h"
#include "services/allinone/allinone.h"
#include "services/allinone/libraries.h"
#include "services/devices/devices_upkeep_module.h"

int main(int argc, char** argv) {
  // Called before there are threads, so that reading the environment is safe.
  const auto environment = [](const std::string& name) {
    const char* const value = getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    return std::string(value != nullptr ? value : "");
  };
  if (const auto done = marquee::devices::RunUpkeep(argc, argv, environment)) return *done;
  namespace app = marquee::app;
  marquee::allinone::AllInOneSettings settings;
  app::ProgramSpec spec;
  spec.name = "marquee";
  spec.summary = "shows posters of media libraries on screens; all services in one process";
  spec.settings = &settings;
  spec.flags = {{.name = "data-dir",
                 .value = "DIR",
                 .help = "folder of all stored data (./data)",
                 .setting = "data_dir"},
                {.name = "posters",
                 .value = "DIR",
                 .help = "show the images of this folder",
                 .repeatable = true},
                {.name = "listen",
                 .value = "HOST:PORT",
                 .help = "address for displays (127.0.0.1:4000); port 0 picks a free one",
                 .setting = "listen"},
                {.name = "forget-secrets",
                 .help = "start with a new secrets.key if the old one is lost: stored tokens, "
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
