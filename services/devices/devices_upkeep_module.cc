#include "services/devices/devices_upkeep_module.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/files/real_file_system.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/devices/bus/inproc_bus.h"
#include "services/devices/documents/document_manager.h"
#include "services/devices/documents/sealed_values.h"
#include "services/devices/imports/posterrama.h"
#include "services/devices/store/sqlite/backup.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"
#include "services/devices/vault/secret_box.h"

namespace marquee::devices {
namespace {

namespace fs = std::filesystem;

// Drops log lines: the report has all results.
class SilentLogger final : public obs::Logger {
 public:
  void Log(obs::Level, std::string_view, obs::Fields) override {}
};

struct Arguments {
  std::string verb;
  fs::path operand;
  fs::path data_dir = "./data";
};

absl::StatusOr<Arguments> Parse(const std::vector<std::string>& words) {
  Arguments arguments{.verb = words[0], .operand = {}};
  constexpr std::string_view kFlag = "--data-dir=";
  for (size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "--data-dir" && i + 1 < words.size()) {
      arguments.data_dir = words[++i];
    } else if (words[i].starts_with(kFlag)) {
      arguments.data_dir = words[i].substr(kFlag.size());
    } else if (arguments.operand.empty() && !words[i].starts_with("--")) {
      arguments.operand = words[i];
    } else {
      return absl::InvalidArgumentError(fmt::format(
          "{}: unknown argument \"{}\"; usage: {} {} "
          "[--data-dir DIR]",
          words[0], words[i], words[0], words[0] == "import-posterrama" ? "DIR" : "FILE"));
    }
  }
  if (!arguments.operand.empty()) return arguments;
  return absl::InvalidArgumentError(
      fmt::format("{}: the {} argument is missing", words[0],
                  words[0] == "import-posterrama" ? "folder" : "file"));
}

std::string Describe(std::string_view what, const BackupContents& contents) {
  return fmt::format(
      "{}: schema {}, {} displays, {} commands, {} document versions, {} accounts; every page and "
      "index is intact\n",
      what, contents.schema, contents.devices, contents.commands, contents.documents,
      contents.accounts);
}

absl::StatusOr<std::string> Import(
    const Arguments& arguments, const std::function<std::string(const std::string&)>& environment) {
  std::error_code error;
  fs::create_directories(arguments.data_dir, error);
  const base::SystemClock clock;
  obs::Metrics metrics;
  SilentLogger logger;
  files::RealFileSystem files;
  InprocBus bus;
  MARQUEE_ASSIGN_OR_RETURN(const auto store,
                           SqliteDeviceStore::Create({.file = arguments.data_dir / "devices.db"},
                                                     {.clock = clock, .metrics = metrics}));
  // Use the program's secrets key if it is not in the data folder.
  bool holds_sealed = false;
  MARQUEE_RETURN_IF_ERROR(store->Read([&](StoreView& view) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(holds_sealed, HoldsSealedValues(view));
    return absl::OkStatus();
  }));
  MARQUEE_ASSIGN_OR_RETURN(
      const auto box,
      SecretBox::Create(
          environment("MARQUEE_SECRETS_KEY"), arguments.data_dir / "secrets.key", files,
          holds_sealed ? SecretBox::MissingKey::kRefuse : SecretBox::MissingKey::kMake));
  DocumentManager documents(
      {.store = *store, .bus = bus, .box = *box, .clock = clock, .logger = logger});
  PosterramaImport import({.store = *store,
                           .documents = documents,
                           .files = files,
                           .clock = clock,
                           .environment = environment});
  MARQUEE_ASSIGN_OR_RETURN(const ImportReport report, import.Run(arguments.operand));
  return Describe(report);
}

absl::StatusOr<std::string> Run(const Arguments& arguments,
                                const std::function<std::string(const std::string&)>& environment) {
  const fs::path database = arguments.data_dir / "devices.db";
  if (arguments.verb == "import-posterrama") return Import(arguments, environment);
  if (arguments.verb == "backup") {
    MARQUEE_ASSIGN_OR_RETURN(const BackupContents contents, BackUp(database, arguments.operand));
    std::error_code error;
    std::string text = Describe(arguments.operand.string(), contents);
    if (fs::exists(arguments.data_dir / "secrets.key", error)) {
      text += fmt::format(
          "note: also keep {}, in another place; without it the tokens in the backup "
          "cannot be read\n",
          (arguments.data_dir / "secrets.key").string());
    }
    return text;
  }
  MARQUEE_ASSIGN_OR_RETURN(const BackupContents contents, Restore(arguments.operand, database));
  return Describe(database.string(), contents);
}

}  // namespace

std::optional<int> RunUpkeep(int argc, const char* const* argv,
                             const std::function<std::string(const std::string&)>& environment) {
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (words.empty()) return std::nullopt;
  if (words[0] != "backup" && words[0] != "restore" && words[0] != "import-posterrama") {
    return std::nullopt;
  }
  const auto arguments = Parse(words);
  if (!arguments.ok()) {
    fmt::print(stderr, "{}\n", base::MessageOf(arguments.status()));
    return 2;
  }
  const auto report = Run(*arguments, environment);
  if (!report.ok()) {
    fmt::print(stderr, "{}: {}\n", words[0], base::MessageOf(report.status()));
    return 1;
  }
  fmt::print("{}", *report);
  return 0;
}

}  // namespace marquee::devices
