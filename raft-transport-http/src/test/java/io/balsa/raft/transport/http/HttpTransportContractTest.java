package io.balsa.raft.transport.http;

import io.balsa.raft.transport.Transport;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The HTTP transport")
class HttpTransportContractTest extends TransportContract {

    @Override
    Transport newTransport() {
        return HttpTransport.builder().listen("127.0.0.1:0").build();
    }

    @Override
    String addressOf(Transport transport) {
        return "http://" + ((HttpTransport) transport).address();
    }
}
