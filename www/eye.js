// What /scan sees: the camera, pictures, what is pasted or dropped. Fetched there and nowhere else. Codes are read by the
// browser's own BarcodeDetector where it reads QR codes, and by the reader in its worker elsewhere. What a text means is
// the app's business; nothing leaves the browser, and the camera is let go of whenever nobody looks.

/** Longest side of a frame, pixels. */
const FRAME = 1000;
/** Longest sides of a picture, tried in turn: a small code needs the detail, a large one is found better without. */
const PICTURE = [4096, 1600, 800];
/** Milliseconds between two looks through the camera. */
const PAUSE = 100;
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };

/** Begins on `place`, the element of the page; `tell(kind, value)` gets what happens. Gives what the page may ask for. */
export function open(place, tell) {
  const gone = new AbortController();
  const reader = new Reader();
  /** Counts what was begun; whatever began before the last count is of no interest any more. */
  let turn = 0;
  let stream = null;

  /** The page is not shown any more. */
  const close = () => {
    gone.abort();
    release();
    reader.close();
    watch.disconnect();
  };
  const watch = new MutationObserver(() => place.isConnected || close());
  watch.observe(document.body, { childList: true, subtree: true });
  const release = () => {
    turn += 1;
    for (const track of stream?.getTracks() ?? []) track.stop();
    const video = place.querySelector("video");
    if (video) video.srcObject = null;
    stream = null;
  };
  const rest = () => {
    if (!place.hasAttribute("data-looks")) return;
    place.removeAttribute("data-looks");
    release();
    tell("camera", "off");
  };
  const fail = (why) => {
    place.removeAttribute("data-looks");
    release();
    tell("camera", why);
  };

  const look = async (device) => {
    release();
    const mine = turn;
    if (!isSecureContext) return fail("insecure");
    if (!navigator.mediaDevices?.getUserMedia) return fail("missing");
    place.setAttribute("data-looks", "");
    tell("camera", "starting");
    try {
      const which = device ? { deviceId: { exact: device } } : { facingMode: { ideal: "environment" } };
      const opened = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...which, ...SIZE } });
      const [track] = opened.getVideoTracks();
      // The person went on while the browser asked them.
      if (mine !== turn || !track || !place.isConnected) return opened.getTracks().forEach((other) => other.stop());
      stream = opened;
      track.addEventListener("ended", rest);
      const video = place.querySelector("video");
      video.srcObject = stream;
      await video.play();
      const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
      if (mine !== turn) return;
      tell("cameras", cameras.map(({ deviceId, label }) => [deviceId, label]));
      tell("chosen", track.getSettings?.().deviceId ?? "");
      if (track.getCapabilities?.().torch) tell("torch", false);
      tell("camera", "on");
      while (mine === turn) {
        const text = await reader.read(drawn(video, video.videoWidth, video.videoHeight, FRAME, 0));
        if (mine !== turn) return;
        if (text) {
          rest();
          return tell("text", text);
        }
        await new Promise((go) => setTimeout(go, PAUSE));
      }
    } catch (error) {
      if (mine === turn) fail(reason(error));
    }
  };

  const torch = async (on) => {
    try {
      await stream?.getVideoTracks()[0]?.applyConstraints({ advanced: [{ torch: on }] });
      tell("torch", on);
    } catch {
      tell("torch", false);
    }
  };

  const read = async (file) => {
    rest();
    turn += 1;
    const mine = turn;
    tell("picture", "reading");
    let end = "unreadable";
    try {
      const image = await picture(file);
      const { width, height } = image;
      const longest = Math.max(width, height);
      if (!longest) throw new Error("nothing to see");
      end = "empty";
      for (const side of PICTURE.filter((side, at) => at === 0 || side < longest)) {
        const text = await reader.read(drawn(image, width, height, side, 0.05));
        if (mine !== turn) return;
        if (text) return tell("text", text);
      }
    } catch (error) {
      if (error instanceof NoReader) end = "no-reader";
    }
    if (mine === turn) tell("picture", end);
  };

  /** Something was pasted, dropped or chosen. */
  const given = (event, data) => {
    const file = [...(data?.files ?? [])].find(({ type }) => type.startsWith("image/")) ?? data?.files?.[0];
    const text = data?.getData?.("text/plain") || data?.getData?.("text/uri-list") || "";
    if (event.type === "drop" || file) event.preventDefault();
    if (file) return read(file);
    if (text.trim()) {
      rest();
      tell("text", text);
    }
  };

  const { signal } = gone;
  const on = (target, kind, take) =>
    target.addEventListener(kind, (event) => (place.isConnected ? take(event) : close()), { signal });
  on(document, "visibilitychange", () => document.hidden && rest());
  on(window, "pagehide", rest);
  on(document, "paste", (event) => given(event, event.clipboardData));
  on(document, "dragover", (event) => {
    event.preventDefault();
    place.setAttribute("data-drag", "");
  });
  on(document, "dragleave", (event) => event.relatedTarget ?? place.removeAttribute("data-drag"));
  on(document, "drop", (event) => {
    place.removeAttribute("data-drag");
    given(event, event.dataTransfer);
  });
  on(place, "change", (event) => {
    if (event.target.type !== "file") return;
    given(event, { files: [...event.target.files] });
    event.target.value = "";
  });
  tell("ready", null);
  return (what, value) => ({ look, torch, rest })[what]?.(value);
}

/** Why there is no picture from the camera. */
function reason(error) {
  if (error instanceof NoReader) return "no-reader";
  switch (error?.name) {
    case "NotAllowedError":
    case "SecurityError":
      return "refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "taken";
    default:
      return "failed";
  }
}

/** An image of a file. What `createImageBitmap` does not know (SVG) may be known to an `<img>`. */
async function picture(file) {
  try {
    return await createImageBitmap(file);
  } catch {
    const url = await new Promise((done, fail) => {
      const reading = new FileReader();
      reading.onload = () => done(reading.result);
      reading.onerror = () => fail(reading.error);
      reading.readAsDataURL(file);
    });
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  }
}

/** A canvas with the image on white, at most `longest` on its long side, with a margin of that part of it. */
function drawn(image, width, height, longest, margin) {
  const scale = Math.min(1, longest / Math.max(width, height));
  const [wide, high] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  const edge = Math.round(Math.max(wide, high) * margin);
  const canvas = document.createElement("canvas");
  canvas.width = wide + 2 * edge;
  canvas.height = high + 2 * edge;
  const pen = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, edge, edge, wide, high);
  return canvas;
}

/** There is nothing here that could read a code. */
class NoReader extends Error {}

/** Reads one canvas after the other. */
class Reader {
  #last = Promise.resolve();
  #own = undefined;
  #worker = null;
  #closed = false;

  /** Text of the first code on the canvas, or null. */
  read(canvas) {
    const answer = this.#last.then(() => this.#read(canvas));
    this.#last = answer.catch(() => null);
    return answer;
  }

  close() {
    this.#closed = true;
    this.#worker?.then((worker) => worker.terminate(), () => null);
  }

  async #read(canvas) {
    if (this.#closed) return null;
    if (this.#own === undefined) this.#own = await ownReader();
    if (this.#own) {
      try {
        return (await this.#own.detect(canvas))[0]?.rawValue ?? null;
      } catch {
        // It says that it can and cannot: the system's part of it is missing.
        this.#own = null;
      }
    }
    this.#worker ??= startWorker();
    try {
      const worker = await this.#worker;
      if (this.#closed) return null;
      const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return await new Promise((done, fail) => {
        worker.onmessage = ({ data }) => done(data);
        worker.onerror = fail;
        worker.postMessage(image);
      });
    } catch {
      this.#worker = null;
      throw new NoReader();
    }
  }
}

async function ownReader() {
  const Own = globalThis.BarcodeDetector;
  try {
    if ((await Own.getSupportedFormats()).includes("qr_code")) return new Own({ formats: ["qr_code"] });
  } catch {
    // As most browsers: none.
  }
  return null;
}

/** The worker, once it reads. */
function startWorker() {
  return new Promise((done, fail) => {
    const worker = new Worker(document.querySelector('meta[name="doorstep-scanner"]').content, { type: "module" });
    worker.onmessage = () => done(worker);
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      fail(event);
    };
  });
}
