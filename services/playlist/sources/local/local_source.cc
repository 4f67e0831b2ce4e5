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

constexpr size_t kMaxReportedFiles = 1000;  // maximum log lines per scan
constexpr size_t kCheckEvery = 32;          // files between two checks of the deadline

const ScannedFile* FindSidecar(const FolderScan& scan, const std::string& path) {
  if (scan.sidecars.empty()) return nullptr;
  if (const auto at = scan.sidecars.find(SidecarKey(path + ".poster.json"));
      at != scan.sidecars.end()) {
    return &at->second;
  }
  const size_t folder = path.size() - BaseName(path).size();
  const std::string stem = path.substr(0, folder) + std::string(Stem(BaseName(path)));
  const auto at = scan.sidecars.find(SidecarKey(stem + ".poster.json"));
  return at == scan.sidecars.end() ? nullptr : &at->second;
}

std::string SignatureOf(const ScannedFile& file, const ScannedFile* sidecar) {
  std::string signature = fmt::format("{}/{}/{}/{}", FileValidator(file.facts),
                                      static_cast<int>(file.role), file.rank, file.named);
  if (sidecar != nullptr) signature += FileValidator(sidecar->facts);
  return signature;
}

}  // namespace

absl::StatusOr<std::unique_ptr<LocalSource>> LocalSource::Create(Options options,
                                                                 const Deps& deps) {
  auto exclude = IgnoreList::ParseSetting(options.exclude);
  if (!exclude.ok()) {
    return base::Annotate(exclude.status(), fmt::format("local \"{}\"", options.name));
  }
  options.scan.exclude = std::make_shared<const IgnoreList>(*std::move(exclude));
  return std::unique_ptr<LocalSource>(new LocalSource(std::move(options), deps));
}

LocalSource::LocalSource(Options options, const Deps& deps)
    : options_(std::move(options)),
      root_(options_.path),
      clock_(deps.clock),
      logger_(deps.logger),
      inspector_(root_, options_.name),
      artwork_(root_, deps.clock) {
  for (int i = 0; i < kSkipReasons; ++i) {
    const auto reason = std::string(NameOf(static_cast<SkipReason>(i)));
    skipped_.push_back(deps.metrics.counter(
        "marquee_local_files_skipped_total",
        "Unusable files of a local source, counted once per version of the file.",
        {{"source", options_.name}, {"reason", reason}}));
  }
  for (size_t i = 0; i < kLeftOutRules; ++i) {
    const auto rule = std::string(NameOf(static_cast<LeftOutRule>(i)));
    left_out_.push_back(deps.metrics.gauge(
        "marquee_local_files_left_out",
        "Files and folders of a local source excluded on purpose by its last fetch.",
        {{"source", options_.name}, {"rule", rule}}));
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
      if (entry.verdict.reason != SkipReason::kNone) Report(file.path, entry.verdict, reported++);
    }
    if (entry.verdict.candidate) {
      candidates.push_back(*entry.verdict.candidate);
    } else {
      ++yield.skipped;
    }
    known.insert_or_assign(file.path, std::move(entry));
  }
  for (const ScanProblem& problem : scan->problems) {
    std::string signature = fmt::format("{}/{}", NameOf(problem.reason), problem.detail);
    const auto at = known_.find(problem.path);
    const bool said = at != known_.end() && at->second.signature == signature;
    Known entry{
        .signature = std::move(signature),
        .verdict = {.candidate = std::nullopt, .reason = problem.reason, .detail = problem.detail}};
    if (!said) Report(problem.path, entry.verdict, reported++);
    known.insert_or_assign(problem.path, std::move(entry));
    ++yield.skipped;
  }
  if (!interrupted.ok()) {
    // Keep the results so far, so that the next round has less work and may finish.
    for (auto& [path, entry] : known) known_.insert_or_assign(path, std::move(entry));
    return base::Annotate(interrupted, where);
  }
  known_ = std::move(known);
  ReportLeftOut(scan->left_out);

  if (reported > kMaxReportedFiles) {
    logger_.Warn("more unusable files than can be logged",
                 {{"source", options_.name}, {"unnamed", reported - kMaxReportedFiles}});
  }
  if (scan->truncated) {
    yield.warnings.push_back(
        fmt::format("{}: only the first {} files were read", where, options_.scan.max_files));
  }
  if (yield.skipped > 0) {
    yield.warnings.push_back(
        fmt::format("{}: {} unusable files; see the log for their names", where, yield.skipped));
  }
  if (!scan->emptied_by.empty()) {
    yield.warnings.push_back(fmt::format(
        "{}: the file {} in the folder excludes everything; remove it", where, scan->emptied_by));
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
  const std::string_view what = verdict.candidate ? "a part of a file is ignored" : "unusable file";
  logger_.Warn(what, {{"source", options_.name},
                      {"file", CleanText(path)},
                      {"reason", NameOf(verdict.reason)},
                      {"detail", verdict.detail}});
}

void LocalSource::ReportLeftOut(const LeftOutCounts& counts) {
  std::string text;
  for (size_t i = 0; i < counts.size(); ++i) {
    left_out_[i].Set(static_cast<double>(counts[i]));
    if (counts[i] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", counts[i],
                        NameOf(static_cast<LeftOutRule>(i)));
  }
  if (counts == said_left_out_) return;
  said_left_out_ = counts;
  logger_.Info("files and folders excluded by rule",
               {{"source", options_.name}, {"left_out", text.empty() ? "none" : text}});
}

}  // namespace marquee::playlist
