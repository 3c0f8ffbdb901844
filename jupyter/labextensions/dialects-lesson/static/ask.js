// Ask Python something without leaving a trace in the notebook.

export async function ask(kernel, code, expression) {
  if (!kernel) return "";
  const user_expressions = expression ? { held: expression } : {};
  const future = kernel.requestExecute({ code, silent: true, user_expressions }, false);
  const reply = await future.done;
  const data = reply.content.user_expressions?.held?.data?.["text/plain"] ?? "";
  return data.replace(/^'|'$/g, "");
}

// The same where Python has no `user_expressions`, as in the browser edition.
export async function printed(kernel, code) {
  if (!kernel) return "";
  const future = kernel.requestExecute({ code, store_history: false }, false);
  let text = "";
  future.onIOPub = ({ header, content }) => {
    if (header.msg_type === "stream") text += content.text;
  };
  const answered = await future.done.then(() => true, () => false); // Python may end before
  return answered ? text.trim() : "";
}
