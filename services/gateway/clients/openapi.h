// The REST face as an OpenAPI 3.1 document, made from the protos: their comments are its words.
#pragma once

#include <string>

#include "services/gateway/clients/api_descriptors.h"

namespace marquee::gateway {

std::string OpenApi(const ApiDescriptors& api, const std::string& version);

}  // namespace marquee::gateway
