package io.balsa.raft.transport.http;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.http.HttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends an HTTP client's own thread at once where the JDK can do it, from 21 on. On 17 the thread ends when the client has
 * been collected, so that all one can do is to let go of it.
 */
final class ClientShutdown {

    private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);

    private static final @Nullable MethodHandle SHUTDOWN_NOW = find();

    private ClientShutdown() {}

    /** Ends the client as far as this JDK can; returns at once. */
    static void of(HttpClient client) {
        if (SHUTDOWN_NOW == null) {
            return;
        }
        try {
            SHUTDOWN_NOW.invokeExact(client);
        } catch (Throwable e) {
            LOG.warn("The HTTP client did not shut down; its thread ends when it is collected", e);
        }
    }

    private static @Nullable MethodHandle find() {
        try {
            // Not close(): that would wait for the streams, which never end by themselves.
            return MethodHandles.publicLookup()
                    .findVirtual(HttpClient.class, "shutdownNow", MethodType.methodType(void.class));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return null;
        }
    }
}
