FLASK_APP=backend.web:application
