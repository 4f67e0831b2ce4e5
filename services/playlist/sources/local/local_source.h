// Source for a folder: loose images and posterpacks. Read-only. Results are cached by the facts of
// each file (local_root.h), so that a round over an unchanged folder opens no files.
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

// Metrics: marquee_local_files_skipped_total{source,reason}, once per file and version of it,
// together with a log line that names the file. marquee_local_files_left_out{source,rule}: excluded
// on purpose by the last fetch; logged when the numbers change.
class LocalSource final : public Source {
 public:
  struct Options {
    std::string name;
    std::filesystem::path path;
    ScanOptions scan;
    ItemFilter filter = {};  // uses the files' metadata; added_within and collections
                             // are not available
    std::vector<std::string> exclude = {};  // patterns (ignore_list.h)
  };
  struct Deps {
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;
  };

  // Deps must outlive the source. Does not access the folder, which may be on a share that is
  // mounted later; Fetch reports its errors. kInvalidArgument: an invalid pattern in `exclude`; the
  // message names it.
  static absl::StatusOr<std::unique_ptr<LocalSource>> Create(Options options, const Deps& deps);

  std::string_view name() const override { return options_.name; }
  std::string_view type() const override { return "local"; }
  absl::StatusOr<SourceYield> Fetch(const base::CallContext& context) override;
  ArtworkOrigin& artwork() override { return artwork_; }

  absl::StatusOr<ServerInfo> Test(const base::CallContext& context) override;
  // Returns the folder itself.
  absl::StatusOr<std::vector<LibraryInfo>> ListLibraries(const base::CallContext& context) override;
  // Counts the titles of the last fetch; kUnavailable: there was none.
  absl::StatusOr<FilterCounts> Preview(const FilterTrial& trial,
                                       const base::CallContext& context) override;
  // The trailer and the theme of a posterpack.
  absl::StatusOr<std::vector<Extra>> ExtrasOf(const Item& item,
                                              const base::CallContext& context) override;

  const LocalRoot& root() const { return root_; }
  const ScanOptions& scan_options() const { return options_.scan; }

 private:
  // Cached result for a file, valid while its signature is unchanged.
  struct Known {
    std::string signature;  // facts of the file and its sidecar, and its role
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
  std::vector<obs::Counter> skipped_;              // indexed by SkipReason
  std::vector<obs::Gauge> left_out_;               // indexed by LeftOutRule
  LeftOutCounts said_left_out_ = {};               // last logged
  absl::flat_hash_map<std::string, Known> known_;  // keyed by path; the files of the last scan
  mutable base::Mutex mutex_;
  // Titles of the last fetch before filtering; null: there was none.
  std::shared_ptr<const std::vector<ItemPtr>> titles_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::playlist
