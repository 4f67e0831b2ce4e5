// Documents that are changed at run time: display settings, presets, sources. Each change creates a
// version; the last kDocumentVersionsKept are kept.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "services/devices/bus/bus.h"
#include "services/devices/documents/document_diff.h"
#include "services/devices/model/document.h"
#include "services/devices/store/device_store.h"
#include "services/devices/vault/secret_box.h"

namespace marquee::devices {

struct DocumentUpdate {
  std::string document_id;
  std::string body;                // JSON object; a mask in place of a secret keeps it
  std::optional<int64_t> version;  // expected version; unset: any
  std::string author;
  // Accept unknown values of known settings and log a warning (see CheckDisplay).
  bool accept_unknown = false;
  std::string request_id;  // a repeat within a day changes nothing and returns the current version
};

// Thread-safe; calls block on the store. A new version is announced as BusTopic::kDocumentChanged,
// for display settings also as kSettingsChanged. Secrets are masked in all results except those of
// GetOpen.
//
// kNotFound: no such document, or the version is not stored. A document that has never been written
// exists as version 0 with an empty body.
class DocumentManager {
 public:
  struct Deps {
    DeviceStore& store;
    Bus& bus;
    const SecretBox& box;
    const base::Clock& clock;
    obs::Logger& logger;
  };

  explicit DocumentManager(Deps deps) : deps_(deps) {}

  // The ids of all documents.
  static std::vector<std::string_view> Ids();

  // `version` 0: the current version.
  absl::StatusOr<Document> Get(std::string_view document_id, int64_t version);
  // The current version with unsealed secrets, for the service that uses them. kFailedPrecondition:
  // a secret cannot be unsealed.
  absl::StatusOr<Document> GetOpen(std::string_view document_id);
  // kInvalidArgument with rpc::ViolationsOf: the body is invalid. kAborted, reason STALE_ETAG,
  // metadata `version`: `version` is not the current one.
  absl::StatusOr<Document> Update(const DocumentUpdate& update);
  // Newest first, without bodies.
  absl::StatusOr<std::vector<Document>> Versions(std::string_view document_id);
  // `from` 0: the version before `to`; `to` 0: the current version.
  absl::StatusOr<std::vector<DocumentChange>> Diff(std::string_view document_id, int64_t from,
                                                   int64_t to);
  // Stores the body of an earlier version, including its secrets, as a new version.
  absl::StatusOr<Document> Restore(std::string_view document_id, int64_t version,
                                   std::string_view author, std::string_view request_id);

 private:
  absl::StatusOr<Document> Read(std::string_view document_id, int64_t version);
  absl::StatusOr<Document> Add(StoreTransaction& store, const Document& present, std::string body,
                               std::string_view author);
  void Announce(const Document& document);

  const Deps deps_;
};

}  // namespace marquee::devices
