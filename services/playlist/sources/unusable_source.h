// Replaces a source that cannot be read because its settings are invalid or have not arrived. Every
// operation fails with the reason, so that the source's previous items stay in the playlist.
#pragma once

#include <absl/status/status.h>

#include <string>
#include <utility>

#include "libs/httpc/failure.h"
#include "services/playlist/sources/source.h"

namespace marquee::playlist {

class UnusableSource final : public Source, public ArtworkOrigin {
 public:
  // `why`: no secrets; should be kUnavailable, so that callers keep their data.
  UnusableSource(std::string name, std::string type, const std::string& why)
      : name_(std::move(name)),
        type_(std::move(type)),
        why_(httpc::WithFailure(absl::UnavailableError(why), httpc::Failure::kBadRequest)) {}

  std::string_view name() const override { return name_; }
  std::string_view type() const override { return type_; }
  absl::StatusOr<SourceYield> Fetch(const base::CallContext&) override { return why_; }
  absl::StatusOr<ServerInfo> Test(const base::CallContext&) override { return why_; }
  absl::StatusOr<std::vector<LibraryInfo>> ListLibraries(const base::CallContext&) override {
    return why_;
  }
  absl::StatusOr<FilterCounts> Preview(const FilterTrial&, const base::CallContext&) override {
    return why_;
  }
  absl::StatusOr<std::vector<Extra>> ExtrasOf(const Item&, const base::CallContext&) override {
    return why_;
  }
  ArtworkOrigin& artwork() override { return *this; }
  absl::Status Open(const ArtworkRequest&, const base::CallContext&, ArtworkSink&) override {
    return why_;
  }

 private:
  const std::string name_;
  const std::string type_;
  const absl::Status why_;
};

}  // namespace marquee::playlist
