// The documents that people change at run time: display settings, presets, sources. Each change is
// a new version; the last kDocumentVersionsKept are kept.
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
  std::string body;                // JSON object; a mask where a secret was keeps the secret
  std::optional<int64_t> version;  // it was made from; unset: whatever is there
  std::string author;
  // Take words that a known setting does not know, with a warning in the log (see CheckDisplay).
  bool accept_unknown = false;
  std::string request_id;  // a repeat within a day changes nothing and returns what is there now
};

// Thread-safe; calls block on the store. A new version is announced as BusTopic::kDocumentChanged,
// display settings as kSettingsChanged too. Secrets are masked in everything that comes back,
// except from GetOpen.
//
// kNotFound: there is no such document, or the version is not kept. A document that nobody has
// written yet is there, empty, as version 0.
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

  // Every document there can be.
  static std::vector<std::string_view> Ids();

  // `version` 0: the present one.
  absl::StatusOr<Document> Get(std::string_view document_id, int64_t version);
  // The present one with its secrets, for the service that uses them. kFailedPrecondition: one
  // cannot be opened.
  absl::StatusOr<Document> GetOpen(std::string_view document_id);
  // kInvalidArgument with rpc::ViolationsOf: it does not validate. kAborted, reason STALE_ETAG,
  // metadata `version`: `version` is not the present one.
  absl::StatusOr<Document> Update(const DocumentUpdate& update);
  // Newest first, without bodies.
  absl::StatusOr<std::vector<Document>> Versions(std::string_view document_id);
  // `from` 0: the version before `to`; `to` 0: the present one.
  absl::StatusOr<std::vector<DocumentChange>> Diff(std::string_view document_id, int64_t from,
                                                   int64_t to);
  // Puts an earlier version in place again, secrets included, as a new one.
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
