// Counts and times every RPC under the names of grpc-ecosystem/go-grpc-middleware, so that existing
// dashboards work unchanged:
//   grpc_server_started_total, grpc_server_handled_total{…,grpc_code},
//   grpc_server_handling_seconds   labels grpc_type, grpc_service, grpc_method
#pragma once

#include <grpcpp/support/server_interceptor.h>

#include <memory>

#include "libs/base/clock.h"
#include "libs/obs/metrics.h"

namespace marquee::rpc {

// Both must outlive the server.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeServerMetrics(
    obs::Metrics& metrics, const base::Clock& clock);

}  // namespace marquee::rpc
