// gRPC service SettingsService.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "libs/base/mutex.h"
#include "marquee/devices/v1/settings_service.grpc.pb.h"
#include "services/devices/bus/bus.h"
#include "services/devices/documents/document_manager.h"
#include "services/devices/service/watchers.h"
#include "services/devices/settings/effective_settings_cache.h"

namespace marquee::devices {

namespace pb = ::marquee::devices::v1;

// Whether a caller whose certificate has these names may watch these documents (empty: all).
// Documents contain unsealed credentials: a gateway may watch all of them, the playlist service
// only the sources. Without TLS there are no names, and every caller that can connect may watch
// all.
bool MayWatch(const std::vector<std::string>& peer_names, const std::set<std::string>& wanted);

class SettingsServiceImpl final : public pb::SettingsService::CallbackService {
 public:
  struct Deps {
    DocumentManager& documents;
    EffectiveSettingsCache& settings_cache;
    Bus& bus;
    obs::Logger& logger;
    const base::Clock& clock;
    base::Executor& executor;
  };

  explicit SettingsServiceImpl(Deps deps);

  grpc::ServerUnaryReactor* GetDocument(grpc::CallbackServerContext* context,
                                        const pb::GetDocumentRequest* request,
                                        pb::GetDocumentResponse* response) override;
  grpc::ServerUnaryReactor* UpdateDocument(grpc::CallbackServerContext* context,
                                           const pb::UpdateDocumentRequest* request,
                                           pb::UpdateDocumentResponse* response) override;
  grpc::ServerUnaryReactor* ListDocumentVersions(
      grpc::CallbackServerContext* context, const pb::ListDocumentVersionsRequest* request,
      pb::ListDocumentVersionsResponse* response) override;
  grpc::ServerUnaryReactor* DiffDocument(grpc::CallbackServerContext* context,
                                         const pb::DiffDocumentRequest* request,
                                         pb::DiffDocumentResponse* response) override;
  grpc::ServerUnaryReactor* RestoreDocument(grpc::CallbackServerContext* context,
                                            const pb::RestoreDocumentRequest* request,
                                            pb::RestoreDocumentResponse* response) override;
  grpc::ServerUnaryReactor* GetEffectiveSettings(
      grpc::CallbackServerContext* context, const pb::GetEffectiveSettingsRequest* request,
      pb::GetEffectiveSettingsResponse* response) override;
  grpc::ServerWriteReactor<pb::WatchSettingsResponse>* WatchSettings(
      grpc::CallbackServerContext* context, const pb::WatchSettingsRequest* request) override;

  void EndAll(const absl::Status& status);

 private:
  using Updates = Watchers<pb::WatchSettingsResponse>;

  absl::Status Get(const pb::GetDocumentRequest& in, pb::GetDocumentResponse& out);
  absl::Status Update(const pb::UpdateDocumentRequest& in, pb::UpdateDocumentResponse& out);
  absl::Status Versions(const pb::ListDocumentVersionsRequest& in,
                        pb::ListDocumentVersionsResponse& out);
  absl::Status Diff(const pb::DiffDocumentRequest& in, pb::DiffDocumentResponse& out);
  absl::Status Restore(const pb::RestoreDocumentRequest& in, pb::RestoreDocumentResponse& out);
  absl::Status Effective(const pb::GetEffectiveSettingsRequest& in,
                         pb::GetEffectiveSettingsResponse& out);
  absl::StatusOr<Updates::Keyed> OpenDocument(std::string_view document_id);
  void NotifyOf(std::string_view document_id);

  const Deps deps_;
  // Held between reading and sending a document, so that the latest version is sent last.
  base::Mutex notify_mutex_;
  Updates watchers_;
  std::shared_ptr<void> on_document_;
};

}  // namespace marquee::devices
