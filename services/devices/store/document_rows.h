// Rows of versioned documents and of processed requests. Errors as in device_store.h.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/devices/model/document.h"

namespace marquee::devices {

class DocumentReads {
 public:
  virtual ~DocumentReads() = default;

  // `version` 0: the newest.
  virtual absl::StatusOr<std::optional<Document>> FindDocument(std::string_view document_id,
                                                               int64_t version) = 0;
  // Newest first, without bodies.
  virtual absl::StatusOr<std::vector<Document>> ListDocumentVersions(
      std::string_view document_id) = 0;
  // The resource passed to RememberRequest; empty optional: this request was not processed.
  virtual absl::StatusOr<std::optional<std::string>> FindRequest(std::string_view method,
                                                                 std::string_view request_id) = 0;
};

class DocumentWrites {
 public:
  virtual ~DocumentWrites() = default;

  // The version must be new.
  virtual absl::Status AddDocumentVersion(const Document& document) = 0;
  // Deletes the oldest versions beyond `keep`.
  virtual absl::Status PruneDocumentVersions(std::string_view document_id, size_t keep) = 0;

  // Records that this request of this method was processed and led to `resource`.
  virtual absl::Status RememberRequest(std::string_view method, std::string_view request_id,
                                       std::string_view resource, absl::Time now) = 0;
  virtual absl::Status ForgetRequestsBefore(absl::Time oldest) = 0;
};

}  // namespace marquee::devices
