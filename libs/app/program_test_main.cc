// A program for program_test.cc. It provides no service but everything that RunProgram requires. It
// prints a line when it drains; with --hang the drain never ends.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "libs/app/program.h"
#include "libs/app/program_test.pb.h"
#include "libs/base/strings.h"

namespace marquee::app {
namespace {

class Nothing final : public Running {
 public:
  explicit Nothing(const Context& context) : context_(context) {}

  std::string ready_line() const override {
    return fmt::format("nothing listening, ops on {}", context_.ops_address);
  }

  void Drain(absl::Time deadline) override {
    const absl::Duration left = deadline - context_.clock.Now();
    fmt::print("draining for at most {} s\n",
               absl::ToInt64Seconds(absl::Ceil(left, absl::Seconds(1))));
    std::fflush(stdout);
    while (context_.flags.has("hang")) pause();
  }

 private:
  const Context context_;
};

absl::StatusOr<std::unique_ptr<Running>> Start(const Context& context,
                                               const test::Settings& settings) {
  context.logger.Info("looking for the data folder");
  if (const auto found = context.files.Stat(settings.data_dir()); !found.ok()) {
    return absl::FailedPreconditionError(
        fmt::format("data_dir: {};\nmake the folder", base::MessageOf(found.status())));
  }
  return std::make_unique<Nothing>(context);
}

}  // namespace
}  // namespace marquee::app

int main(int argc, char** argv) {
  marquee::app::test::Settings settings;
  marquee::app::ProgramSpec spec;
  spec.name = "nothing";
  spec.summary = "does nothing but start and drain";
  spec.settings = &settings;
  spec.flags = {
      {.name = "data-dir", .value = "DIR", .help = "must be there", .setting = "data_dir"},
      {.name = "posters", .value = "DIR", .help = "a folder", .repeatable = true},
      {.name = "hang", .help = "never finish draining"},
  };
  spec.end_within = absl::Milliseconds(1);
  spec.adjust = [](const marquee::app::CommandLine& flags) {
    const bool too_many = flags.values("posters").size() > 2;
    return too_many ? absl::InvalidArgumentError("--posters: expected at most two")
                    : absl::OkStatus();
  };
  spec.start = [&settings](const marquee::app::Context& context) {
    return marquee::app::Start(context, settings);
  };
  return marquee::app::RunProgram(argc, argv, spec);
}
