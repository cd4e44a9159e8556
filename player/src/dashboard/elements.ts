/** Defines every element of the dashboard. */
import "../elements/index.js";
import "./app/app.js";
import "./empty/empty.js";
import "./keys/keys.js";
import "./session/delete-dialog.js";
import "./session/details.js";
import "./session/facts.js";
import "./session/session.js";
import "./sessions/session-row.js";
import "./sessions/sessions.js";
import "./sign-in/sign-in.js";
import "./trouble/trouble.js";
