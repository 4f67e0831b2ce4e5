// A folder as a source: loose pictures and posterpacks. Reads only. What was learned of a file is
// kept by its facts (local_root.h), so that a round over an unchanged folder opens none of them.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/status/statusor.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/playlist/model/filters.h"
#include "services/playlist/sources/local/file_inspector.h"
#include "services/playlist/sources/local/folder_scanner.h"
#include "services/playlist/sources/local/local_artwork.h"
#include "services/playlist/sources/local/local_root.h"
#include "services/playlist/sources/source.h"

namespace marquee::playlist {

// Metrics: marquee_local_files_skipped_total{source,reason}, once per file and version of it; the
// log names the file at the same time. marquee_local_files_left_out{source,rule}: what the last
// fetch left out on purpose; the log says so when the numbers change.
class LocalSource final : public Source {
 public:
  struct Options {
    std::string name;
    std::filesystem::path path;
    ScanOptions scan;
    ItemFilter filter = {};  // of what the files' metadata says; added_within and collections no
                             // file tells
    std::vector<std::string> exclude = {};  // patterns (ignore_list.h)
  };
  struct Deps {
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;
  };

  // Deps must outlive the source. Does not look at the folder: it may be on a share that comes
  // later, and Fetch says what is wrong with it. kInvalidArgument: a pattern of `exclude` cannot be
  // understood; the message names it.
  static absl::StatusOr<std::unique_ptr<LocalSource>> Create(Options options, const Deps& deps);

  std::string_view name() const override { return options_.name; }
  std::string_view type() const override { return "local"; }
  absl::StatusOr<SourceYield> Fetch(const base::CallContext& context) override;
  ArtworkOrigin& artwork() override { return artwork_; }

  absl::StatusOr<ServerInfo> Test(const base::CallContext& context) override;
  // The folder itself.
  absl::StatusOr<std::vector<LibraryInfo>> ListLibraries(const base::CallContext& context) override;
  // Of the last fetch; kUnavailable: there has been none.
  absl::StatusOr<FilterCounts> Preview(const FilterTrial& trial,
                                       const base::CallContext& context) override;
  // The trailer and the theme of a posterpack.
  absl::StatusOr<std::vector<Extra>> ExtrasOf(const Item& item,
                                              const base::CallContext& context) override;

  const LocalRoot& root() const { return root_; }
  const ScanOptions& scan_options() const { return options_.scan; }

 private:
  // What is known of a file as long as its signature stays.
  struct Known {
    std::string signature;  // facts of the file and its sidecar, and what it is for
    Verdict verdict;
  };

  LocalSource(Options options, const Deps& deps);

  std::shared_ptr<const std::vector<ItemPtr>> titles() const;
  void Report(const std::string& path, const Verdict& verdict, size_t reported);
  void ReportLeftOut(const LeftOutCounts& counts);

  const Options options_;
  const LocalRoot root_;
  const base::Clock& clock_;
  obs::Logger& logger_;
  const FileInspector inspector_;
  LocalArtwork artwork_;
  std::vector<obs::Counter> skipped_;              // by SkipReason
  std::vector<obs::Gauge> left_out_;               // by LeftOutRule
  LeftOutCounts said_left_out_ = {};               // in the log
  absl::flat_hash_map<std::string, Known> known_;  // by path; the files of the last scan
  mutable base::Mutex mutex_;
  // Of the last fetch, before the filter; null: there has been none.
  std::shared_ptr<const std::vector<ItemPtr>> titles_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::playlist
