package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The server of the client API")
class KvHttpServerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KvStateMachine machine = new KvStateMachine();
    private final FakeNode node = new FakeNode(machine);
    private KvHttpServer server;

    @TempDir
    private Path directory;

    @BeforeEach
    void serve() throws IOException {
        server = KvHttpServer.bind(new HostPort("127.0.0.1", 0), Duration.ofMillis(500), 1 << 20);
        serveOn(server);
    }

    private void serveOn(KvHttpServer server) {
        Redirects redirects = new Redirects(node, machine);
        AdminApi admin = new AdminApi(node, redirects, Downloads.beside(directory.resolve("data")));
        server.start(new KvApi(node, machine, Duration.ofMillis(200), redirects, admin));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @DisplayName("ends clients that never finish their request, so that others are served")
    void endsSlowClients() throws IOException {
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            slow.add(connect("PUT /kv/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx"));
        }

        try (Socket other = connect("GET /stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
            other.setSoTimeout((int) PATIENCE.toMillis());
            String answer = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 200");
        }
        for (Socket socket : slow) {
            socket.close();
        }
    }

    @Test
    @DisplayName("turns bodies away that there is no room for, and takes them when there is room again")
    void boundsBodies() throws IOException {
        server.close();
        server = KvHttpServer.bind(new HostPort("127.0.0.1", 0), PATIENCE, 1000);
        serveOn(server);
        try (Socket first = connect("PUT /kv/a HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\nx")) {
            await().atMost(PATIENCE).until(() -> put("yy").startsWith("HTTP/1.1 503"));
            assertThat(put("z")).startsWith("HTTP/1.1 200");
            assertThat(first.isConnected()).isTrue();
        }

        await().atMost(PATIENCE).until(() -> put("yy").startsWith("HTTP/1.1 200"));
        assertThat(put("y".repeat(1001))).startsWith("HTTP/1.1 503").containsIgnoringCase("Retry-After: 1");
    }

    private String put(String value) throws IOException {
        try (Socket socket = connect("PUT /kv/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                + value.length() + "\r\n\r\n" + value)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    @DisplayName("keeps nothing open for clients that left before their answer")
    void keepsNothingOpen() throws Exception {
        node.hang();
        long before = openFiles();

        for (int i = 0; i < 100; i++) {
            connect("PUT /kv/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")
                    .close();
            connect("PUT /kv/a HTTP/1.1\r\nHost").close();
        }

        await().atMost(PATIENCE).until(() -> openFiles() < before + 50);
    }

    private Socket connect(String request) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    private static long openFiles() throws Exception {
        ObjectName system = new ObjectName("java.lang:type=OperatingSystem");
        Object count = ManagementFactory.getPlatformMBeanServer().getAttribute(system, "OpenFileDescriptorCount");
        return ((Number) count).longValue();
    }
}
