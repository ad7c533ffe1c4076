package io.balsa.raft.examples.kvstore;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Servers as processes of their own on this machine, with ids from 1 on: what can really be killed. They end with this
 * process, however it ends, because each watches the pipe that is its standard input.
 *
 * <p>Ports are found by taking free ones and giving them back, so another program may be quicker. A server that does not
 * come up is therefore started again a few times.
 */
final class LocalCluster implements AutoCloseable {

    private static final Duration COMES_UP_WITHIN = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final int STARTS = 3;

    private final Path directory;
    private final String classPath;
    private final List<String> timing;
    private final List<URI> raft = new ArrayList<>();
    private final List<URI> clients = new ArrayList<>();
    private final SortedMap<Long, Process> running = new TreeMap<>();
    private final KvClient prober;

    /** A cluster of {@code size} servers that keep their files and logs below {@code directory}, none of them running. */
    LocalCluster(Path directory, String classPath, int size, Duration electionTimeout) throws IOException {
        this.directory = directory;
        this.classPath = classPath;
        this.timing = List.of(
                "--election-timeout",
                electionTimeout.toMillis() + "ms",
                "--heartbeat",
                electionTimeout.toMillis() / 10 + "ms");
        List<URI> free = freeAddresses(2 * size);
        raft.addAll(free.subList(0, size));
        clients.addAll(free.subList(size, 2 * size));
        prober = new KvClient(clients, Duration.ofSeconds(2), KvClient.UnknownOutcome.FAIL);
    }

    /** So many addresses on loopback that were free a moment ago. */
    static List<URI> freeAddresses(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<URI> addresses = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                addresses.add(URI.create("http://127.0.0.1:" + socket.getLocalPort()));
            }
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
        return addresses;
    }

    /** Client addresses of all servers, in the order of their ids. */
    List<URI> clients() {
        return List.copyOf(clients);
    }

    /** Client address of one server. */
    URI client(long id) {
        return clients.get((int) id - 1);
    }

    /** Begins to start a server; {@link #awaitUp} waits for it. */
    void start(long id) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                KvStoreMain.class.getName()));
        command.addAll(serverArguments(id));
        command.add("--stop-with-stdin");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logOf(id).toFile()))
                .start();
        running.put(id, process);
    }

    /** The command line of a server, after {@code java -jar kvstore.jar}. */
    List<String> serverArguments(long id) {
        String peers = raft.stream()
                .map(address -> (raft.indexOf(address) + 1) + "=" + address)
                .collect(Collectors.joining(","));
        List<String> arguments = new ArrayList<>(List.of("server", "--id", "" + id, "--peers", peers));
        arguments.addAll(List.of("--listen", raft.get((int) id - 1).getAuthority()));
        arguments.addAll(List.of("--http", client(id).getAuthority()));
        arguments.addAll(List.of("--data", dataOf(id).toString()));
        arguments.addAll(timing);
        return arguments;
    }

    Path dataOf(long id) {
        return directory.resolve("server-" + id);
    }

    /** What the server said, for when something is wrong. */
    Path logOf(long id) {
        return directory.resolve("server-" + id + ".log");
    }

    /** Starts all servers and waits until they answer. */
    void startAll() throws IOException {
        for (long id = 1; id <= clients.size(); id++) {
            start(id);
        }
        for (long id = 1; id <= clients.size(); id++) {
            awaitUp(id);
        }
    }

    /** Waits until a server that was started answers, and starts it again if it ended instead. */
    void awaitUp(long id) throws IOException {
        for (int i = 1; i <= STARTS; i++) {
            boolean answered = await(COMES_UP_WITHIN, () -> !isAlive(id) || answers(id));
            if (answered && isAlive(id)) {
                return;
            }
            kill(id);
            if (i < STARTS) {
                start(id);
            }
        }
        throw new IOException("server " + id + " does not come up; it said: "
                + Files.readString(logOf(id)).strip());
    }

    /** The process of a server that was started. */
    Process process(long id) {
        return Objects.requireNonNull(running.get(id), () -> "server " + id + " was never started");
    }

    private boolean isAlive(long id) {
        Process process = running.get(id);
        return process != null && process.isAlive();
    }

    private boolean answers(long id) {
        try {
            return stats(id).path("id").asLong(0) == id;
        } catch (KvClientException e) {
            return false;
        }
    }

    /** Kills a server the hard way (kill -9) and waits until it is gone. */
    void kill(long id) {
        Process process = running.get(id);
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /** Kills all servers at once. */
    void killAll() {
        running.values().forEach(Process::destroyForcibly);
        running.keySet().forEach(this::kill);
    }

    JsonNode stats(long id) {
        return prober.stats(client(id));
    }

    /** Ids of the servers that answer, with what they say. */
    Map<Long, JsonNode> allStats() {
        Map<Long, JsonNode> all = new TreeMap<>();
        running.forEach((id, process) -> {
            if (process.isAlive() && answers(id)) {
                all.put(id, stats(id));
            }
        });
        return all;
    }

    /** The server that leads in the highest term anybody knows, or 0 if none says it does. */
    long leader() {
        return allStats().entrySet().stream()
                .filter(entry -> entry.getValue().path("role").asString("").equals("leader"))
                .max(java.util.Comparator.comparingLong(
                        entry -> entry.getValue().path("term").asLong(0)))
                .map(Map.Entry::getKey)
                .orElse(0L);
    }

    /** Looks again and again until this holds: false if it does not in time. */
    static boolean await(Duration within, BooleanSupplier condition) {
        long deadline = System.nanoTime() + within.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        killAll();
    }
}
