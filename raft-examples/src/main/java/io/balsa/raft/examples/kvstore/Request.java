package io.balsa.raft.examples.kvstore;

import java.io.IOException;
import java.net.URI;

/** A request that is being answered, as the APIs see it. */
interface Request {

    /** GET, PUT and so on. */
    String method();

    /** Path and query. */
    URI target();

    /**
     * Reads the whole body.
     *
     * @throws HttpProblem 413 if it is longer than {@code maxBytes}, 503 if there is no room for it now
     */
    byte[] body(int maxBytes) throws IOException, HttpProblem;

    /** Says that this request takes long for a good reason, so that it is not taken for one whose client is too slow. */
    void stillWorking();
}
