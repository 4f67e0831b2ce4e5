#include "services/playlist/sources/local/local_source.h"

#include <fmt/format.h>

#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/playlist/model/item_pool.h"
#include "services/playlist/model/text.h"
#include "services/playlist/sources/local/file_types.h"

namespace marquee::playlist {
namespace {

constexpr size_t kMaxReportedFiles = 1000;  // log lines of one scan
constexpr size_t kCheckEvery = 32;          // files between two looks at the deadline

const ScannedFile* FindSidecar(const FolderScan& scan, const std::string& path) {
  if (scan.sidecars.empty()) return nullptr;
  if (const auto at = scan.sidecars.find(path + ".poster.json"); at != scan.sidecars.end()) {
    return &at->second;
  }
  const size_t folder = path.size() - BaseName(path).size();
  const std::string stem = path.substr(0, folder) + std::string(Stem(BaseName(path)));
  const auto at = scan.sidecars.find(stem + ".poster.json");
  return at == scan.sidecars.end() ? nullptr : &at->second;
}

std::string SignatureOf(const ScannedFile& file, const ScannedFile* sidecar) {
  std::string signature = FileValidator(file.size, file.mtime_ns);
  if (sidecar != nullptr) signature += FileValidator(sidecar->size, sidecar->mtime_ns);
  return signature;
}

}  // namespace

absl::StatusOr<std::unique_ptr<LocalSource>> LocalSource::Create(Options options,
                                                                 const Deps& deps) {
  auto root = LocalRoot::Create(options.path);
  if (!root.ok()) return base::Annotate(root.status(), fmt::format("local \"{}\"", options.name));
  return std::unique_ptr<LocalSource>(new LocalSource(std::move(options), *std::move(root), deps));
}

LocalSource::LocalSource(Options options, LocalRoot root, const Deps& deps)
    : options_(std::move(options)),
      root_(std::move(root)),
      clock_(deps.clock),
      logger_(deps.logger),
      inspector_(root_, options_.name),
      artwork_(root_, deps.clock) {
  for (int i = 0; i < kSkipReasons; ++i) {
    const auto reason = std::string(NameOf(static_cast<SkipReason>(i)));
    skipped_.push_back(deps.metrics.counter(
        "marquee_local_files_skipped_total",
        "Files of a local source that could not become items, counted once a version of the file.",
        {{"source", options_.name}, {"reason", reason}}));
  }
}

absl::StatusOr<SourceYield> LocalSource::Fetch(const base::CallContext& context) {
  const std::string where = fmt::format("local \"{}\"", options_.name);
  auto scan = ScanFolder(root_, options_.scan, clock_, context);
  if (!scan.ok()) return base::Annotate(scan.status(), where);

  SourceYield yield;
  std::vector<Candidate> candidates;
  absl::flat_hash_map<std::string, Known> known;
  known.reserve(scan->files.size());
  size_t looked = 0;
  size_t reported = 0;
  absl::Status interrupted;
  for (const ScannedFile& file : scan->files) {
    if (looked++ % kCheckEvery == 0) interrupted = context.Check(clock_);
    if (!interrupted.ok()) break;
    const ScannedFile* sidecar = FindSidecar(*scan, file.path);
    std::string signature = SignatureOf(file, sidecar);
    Known entry;
    if (const auto at = known_.find(file.path);
        at != known_.end() && at->second.signature == signature) {
      entry = std::move(at->second);
    } else {
      entry = {.signature = std::move(signature),
               .verdict = inspector_.Inspect(file, sidecar ? sidecar->path : std::string())};
      if (!entry.verdict.candidate) Report(file.path, entry.verdict, reported++);
    }
    if (entry.verdict.candidate) {
      candidates.push_back(*entry.verdict.candidate);
    } else {
      ++yield.skipped;
    }
    known.insert_or_assign(file.path, std::move(entry));
  }
  if (!interrupted.ok()) {
    // What was learned is not learned again by the next round, which may then come to an end.
    for (auto& [path, entry] : known) known_.insert_or_assign(path, std::move(entry));
    return base::Annotate(interrupted, where);
  }
  known_ = std::move(known);

  if (reported > kMaxReportedFiles) {
    logger_.Warn("more unusable files than are named here",
                 {{"source", options_.name}, {"unnamed", reported - kMaxReportedFiles}});
  }
  if (scan->truncated) {
    yield.warnings.push_back(
        fmt::format("{}: only the first {} files were looked at", where, options_.scan.max_files));
  }
  if (yield.skipped > 0) {
    yield.warnings.push_back(
        fmt::format("{}: {} files could not be used; the log names them", where, yield.skipped));
  }
  const auto before = titles();
  const ItemPool held(before != nullptr ? *before : std::vector<ItemPtr>());
  auto now = std::make_shared<std::vector<ItemPtr>>();
  for (Item& item : MergeCandidates(std::move(candidates))) {
    now->push_back(held.Share(std::move(item)));
  }
  for (const ItemPtr& title : *now) {
    if (Passes(options_.filter, title->item, clock_.Now())) yield.items.push_back(title);
  }
  yield.found = yield.items.size();
  const base::MutexLock lock(mutex_);
  titles_ = std::move(now);
  return yield;
}

std::shared_ptr<const std::vector<ItemPtr>> LocalSource::titles() const {
  const base::MutexLock lock(mutex_);
  return titles_;
}

void LocalSource::Report(const std::string& path, const Verdict& verdict, size_t reported) {
  skipped_[static_cast<size_t>(verdict.reason)].Add();
  if (reported >= kMaxReportedFiles) return;
  logger_.Warn("file left out of the playlist", {{"source", options_.name},
                                                 {"file", CleanText(path)},
                                                 {"reason", NameOf(verdict.reason)},
                                                 {"detail", verdict.detail}});
}

}  // namespace marquee::playlist
