// Generates the OpenAPI 3.1 document of the REST API from the protos and their comments.
#pragma once

#include <string>

#include "services/gateway/clients/api_descriptors.h"

namespace marquee::gateway {

std::string OpenApi(const ApiDescriptors& api, const std::string& version);

}  // namespace marquee::gateway
